"""Codes that prove documents."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from portal.files.models import Verification
from portal.files.rules.codes import ALPHABET, GROUPS, SIZE


def give_code(*, title: str, at: datetime) -> Verification:
    """A new code for a document that goes out, inside the caller's transaction. `title` names no person."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(SIZE)) for _ in range(GROUPS))
    return Verification.objects.create(code="-".join(groups), title=title, issued_at=at)


def supersede(*, ids: Iterable[int], at: datetime) -> None:
    """Another document took the place of these; whoever checks their code learns it."""
    Verification.objects.filter(pk__in=list(ids), superseded_at=None).update(superseded_at=at)
