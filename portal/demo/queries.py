"""Whether this is a demonstration, and what is in it."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import Count

from claims.models import Readiness
from claims.queries.tracker import COUNTED
from portal.accounts.models import User
from portal.centres.models import Centre, CentreKind, Membership, StaffMembership
from portal.centres.rules import Role, StaffRole
from portal.demo.models import DemoMark
from portal.notices.models import Notice


def marked() -> bool:
    """Does this database carry the mark? One without tables does not."""
    return DemoMark._meta.db_table in connection.introspection.table_names() and DemoMark.objects.exists()


def empty() -> bool:
    """Nobody and no centre: nothing that anyone could miss."""
    return not User.objects.exists() and not Centre.objects.exists()


def refuse_marked_database() -> None:
    """Stop web, worker and scheduler where a real portal would run on invented people that need no password."""
    if not settings.DEMO and marked():
        raise ImproperlyConfigured(
            "This database holds a demonstration, where anyone signs in without a password. "
            "Set PORTAL_DEMO=1 to run the demonstration, or point DATABASE_URL at another database."
        )


# Names that an address can hold.
_NAME = re.compile(r"[-\w]+", re.ASCII)


@dataclass(frozen=True)
class Card:
    """People who can be chosen, under the name of their centre or of the awarding organisation."""

    title: str
    people: list[dict[str, str]]


def cards(*, on: date) -> list[Card]:
    """Everyone a visitor can be on a London date: by centre, then staff. People are in the order they were made."""
    groups: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for membership in _memberships(on):
        centre, role = membership.centre, Role(membership.role).label
        if centre.kind == CentreKind.PERSON:
            _add(groups["Private candidates"], membership.user, "private candidate")
        else:
            _add(groups[f"{centre.name}, centre {centre.number}"], membership.user, role)
    for staff_role in _staff_roles(on):
        _add(groups["Awarding organisation"], staff_role.user, StaffRole(staff_role.role).label)
    return [Card(title=title, people=list(people.values())) for title, people in groups.items()]


def _memberships(on: date) -> Any:
    rows = Membership.objects.in_force(on=on).filter(user__is_active=True, centre__suspended_at=None)
    return rows.select_related("user", "centre").order_by("centre__number", "pk")


def _staff_roles(on: date) -> Any:
    rows = StaffMembership.objects.in_force(on=on).filter(user__is_active=True)
    return rows.select_related("user").order_by("pk")


def _add(people: dict[int, dict[str, Any]], user: User, role: str) -> None:
    person = people.setdefault(user.pk, {"name": user.name, "email": user.email, "roles": []})
    person["roles"].append(role)


def contents() -> list[dict[str, Any]]:
    """The centres of the demonstration with how many learners stand where, by series."""
    rows = Readiness.objects.values("centre__number", "centre__name", "series", "state").annotate(learners=Count("pk"))
    found: dict[tuple[str, str, str], dict[str, int]] = {}
    for row in rows.order_by("centre__number", "series"):
        key = (row["centre__number"], row["centre__name"], row["series"])
        found.setdefault(key, {state.value: 0 for state in COUNTED})[row["state"]] = row["learners"]
    return [{"number": key[0], "name": key[1], "series": key[2], **states} for key, states in found.items()]


@dataclass(frozen=True)
class Mail:
    """One mail as it was written out. `name` is its file's, without the ending; `at` is in the demonstration's time."""

    name: str
    at: datetime | None
    to: str
    subject: str
    text: str


def mail_folder() -> Path | None:
    """Where mail is written out; None when it travels by a mail server."""
    folder = settings.MAIL_TRANSPORT.get("folder")
    return folder if isinstance(folder, Path) else None


def mails(*, limit: int = 200) -> list[Mail]:
    """The mail written out since the demo data were loaded, newest first."""
    queued = _queued_at()
    return [_read(path, queued) for path in _files()[:limit]]


def mail(name: str) -> Mail | None:
    """One mail by its name, or None."""
    return next((_read(path, _queued_at()) for path in _files() if path.stem == name), None)


def _files() -> list[Path]:
    mark, folder = DemoMark.objects.first(), mail_folder()
    if mark is None or folder is None or not folder.is_dir():
        return []
    since = mark.loaded_at.timestamp()
    written = [(path.stat().st_mtime_ns, path.name, path) for path in folder.glob("*.eml")]
    return [path for at, _, path in sorted(written, reverse=True) if at / 1e9 >= since and _NAME.fullmatch(path.stem)]


def _queued_at() -> dict[str, datetime]:
    """When mails were put into the outbox, by their Message-ID: a mail itself says the real time it was sent."""
    return dict(Notice.objects.exclude(message_id="").values_list("message_id", "queued_at"))


def _read(path: Path, queued: Mapping[str, datetime]) -> Mail:
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(path.read_bytes())
    body = message.get_body(("plain",))
    return Mail(
        name=path.stem,
        at=queued.get(str(message["Message-ID"] or ""), getattr(message["Date"], "datetime", None)),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        text=str(body.get_content()) if body is not None else "",
    )
