"""The register of accounts of a centre: who has one, who has left since it was last confirmed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.centres.models import Centre, Delegation, Membership
from portal.centres.rules import Bundle, Role
from portal.people.models import RegisterConfirmation
from portal.people.rules import Window, seal, window
from portal.web.words import day, day_plain, listed, moment

# How far back leavers are listed where the register was never confirmed.
FIRST_LOOK_BACK = timedelta(days=365)


@dataclass
class Register:
    """What the head of centre confirms. `listed` is kept; `people` and `leavers` are its rows in words."""

    window: Window
    confirmation: RegisterConfirmation | None
    since: date
    listed: dict[str, Any]
    people: list[dict[str, str]]
    leavers: list[dict[str, str]]

    @property
    def seal(self) -> str:
        return seal(self.listed)


def register_now(*, centre: Centre, on: date) -> Register:
    """The register as it stands on a London date, with its confirmation of this school year, if there is one."""
    past = confirmations_of(centre=centre)
    since = clock.london_date(past[0].confirmed_at) if past else on - FIRST_LOOK_BACK
    listing = _listed(centre, since=since, on=on)
    found = window(on)
    confirmation = next((row for row in past if row.school_year == found.school_year), None)
    return Register(found, confirmation, since, listing, *_in_words(listing))


def confirmations_of(*, centre: Centre) -> list[RegisterConfirmation]:
    """Every confirmation of the centre's register, the newest first."""
    rows = RegisterConfirmation.objects.filter(centre=centre).select_related("confirmed_by")
    return list(rows.order_by("-school_year"))


def register_due(*, centre: Centre, on: date) -> date | None:
    """Until when this school year's register is to be confirmed; None before its window, and once it is."""
    found = window(on)
    done = RegisterConfirmation.objects.filter(centre=centre, school_year=found.school_year)
    return None if on < found.opens_on or done.exists() else found.due_on


def register_document(confirmation: RegisterConfirmation, *, at: datetime) -> dict[str, Any]:
    """What the PDF of a confirmation needs: see `templates/pdf/register.typ`."""
    people, leavers = _in_words(confirmation.listed)
    confirmed_on = clock.london_date(confirmation.confirmed_at)
    return {
        "centre_name": confirmation.centre.name,
        "centre_number": confirmation.centre.number,
        "year": window(date(confirmation.school_year, 9, 1)).words,
        "confirmed": moment(confirmation.confirmed_at),
        "confirmed_on": day(confirmed_on),
        "confirmed_by": confirmation.confirmed_by.name,
        "since": day(date.fromisoformat(confirmation.listed["since"])),
        "people": people,
        "leavers": leavers,
        "made": moment(at),
        "made_at": at.isoformat(),
    }


def _listed(centre: Centre, *, since: date, on: date) -> dict[str, Any]:
    """Ids, codes and days. The last day of being here is the domain's, so that pages of one day are equal."""
    members = list(Membership.objects.filter(centre=centre).select_related("user").order_by("user", "role", "pk"))
    here = [row for row in members if row.to_on is None or row.to_on >= on]
    gone = [row for row in members if row.to_on is not None and since <= row.to_on < on]
    lent = Delegation.objects.not_over(on=on).filter(centre=centre).order_by("user", "bundle", "pk")
    staying = {row.user_id for row in here}
    return {
        "since": since.isoformat(),
        "people": [_person(rows, [one for one in lent if one.user_id == rows[0].user_id]) for rows in _by_user(here)],
        "leavers": [_leaver(rows) for rows in _by_user(gone) if rows[0].user_id not in staying],
    }


def _by_user(rows: list[Membership]) -> list[list[Membership]]:
    grouped: dict[int, list[Membership]] = {}
    for row in rows:
        grouped.setdefault(row.user_id, []).append(row)
    return list(grouped.values())


def _person(rows: list[Membership], lent: list[Delegation]) -> dict[str, Any]:
    user = rows[0].user
    seen = user.last_seen_at
    return {
        "user": user.pk,
        "active": user.is_active,
        "roles": [row.role for row in rows],
        "delegations": [{"bundle": one.bundle, "to_on": one.to_on.isoformat()} for one in lent],
        "seen_on": clock.london_date(seen).isoformat() if seen else "",
    }


def _leaver(rows: list[Membership]) -> dict[str, Any]:
    last = max(row.to_on for row in rows if row.to_on)
    return {"user": rows[0].user_id, "roles": [row.role for row in rows], "left_on": last.isoformat()}


def _in_words(listing: dict[str, Any]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The rows with names, heads first, then by name. One query."""
    rows = [*listing["people"], *listing["leavers"]]
    users = User.objects.in_bulk([row["user"] for row in rows])
    people = [
        _person_words(row, users[row["user"]]) for row in sorted(listing["people"], key=lambda row: _rank(row, users))
    ]
    leavers = [_leaver_words(row, users[row["user"]]) for row in listing["leavers"]]
    return people, sorted(leavers, key=lambda line: line["name"])


def _rank(row: dict[str, Any], users: dict[int, User]) -> tuple[bool, str]:
    return Role.HEAD.value not in row["roles"], users[row["user"]].name


def _roles(row: dict[str, Any]) -> str:
    words = listed(Role(role).label for role in dict.fromkeys(row["roles"]))
    return words[0].upper() + words[1:]


def _person_words(row: dict[str, Any], user: User) -> dict[str, str]:
    lent = [
        f"{Bundle(one['bundle']).label} until {day_plain(date.fromisoformat(one['to_on']))}"
        for one in row["delegations"]
    ]
    return {
        "name": user.name,
        "email": user.email,
        "roles": _roles(row),
        "delegations": f"May {listed(lent)}" if lent else "",
        "seen": day_plain(date.fromisoformat(row["seen_on"])) if row["seen_on"] else "Never",
        "state": "" if row["active"] else "Account switched off",
    }


def _leaver_words(row: dict[str, Any], user: User) -> dict[str, str]:
    return {
        "name": user.name,
        "email": user.email,
        "roles": _roles(row),
        "left": day_plain(date.fromisoformat(row["left_on"])),
    }
