"""Asking the learners of a selection for their consent, all at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.consent.actions import ask
from portal.consent.rules import Purpose, Way
from portal.learners.models import Learner, Result


@transaction.atomic
def ask_learners(
    *,
    papers: Sequence[tuple[Learner, Purpose, Sequence[Result]]],
    addresses: Mapping[tuple[Purpose, int], str],
    by: Any,
    at: datetime,
    wall: datetime,
) -> int:
    """Ask each learner whose address is given, by email, about their papers; how many were asked. All or none.

    `wall` is real time: the links hold for seven days of it. Raises Refused as `consent.actions.ask` does.
    """
    wanted = [(learner, purpose, rows) for learner, purpose, rows in papers if addresses.get((purpose, learner.pk))]
    for learner, purpose, rows in wanted:
        ask(
            learner=learner,
            papers=rows,
            purpose=purpose,
            way=Way.LINK,
            contact_email=addresses[purpose, learner.pk],
            by=by,
            at=at,
            wall=wall,
        )
    return len(wanted)
