"""Why this date? One answer for pages, commands and the API."""

from datetime import UTC, date, datetime
from typing import Any

from deadlines.models import Clock, DateStatus, KeyDate
from deadlines.rules import calendar, labels, sums
from portal.web.words import day

_CONFIDENCE = {
    "source": "",
    "recalled": "Recalled, not read in a source text: check it before you rely on it.",
    "projected": "Projected, not confirmed: it may still move.",
}


def explain_limit(*, limit: str, start: datetime, nation: str, as_of: datetime) -> dict[str, Any]:
    """The due date of a limit with everything that “Why this date?” shows; refused as `sums.work_out` refuses."""
    return _explained(sums.work_out(limit=limit, start=start, nation=nation), as_of)


def explain_clock(clock: Clock, *, as_of: datetime) -> dict[str, Any]:
    """`explain_limit` for a clock that runs or ran on a case: its frozen row, and the delay the centre was told of."""
    due = sums.work_out(limit=clock.limit, start=clock.started_at, nation=clock.nation, row_from=clock.row_from)
    told = _explained(due, as_of)
    if clock.extended_to is not None and clock.told_at is not None:
        told |= _delayed(clock, clock.extended_to, clock.told_at, due, as_of)
    return told if clock.stopped_at is None else told | {"label": "", "tone": "neutral"}


def _delayed(clock: Clock, until: date, told_at: datetime, due: sums.Due, as_of: datetime) -> dict[str, Any]:
    today = calendar.london_date(as_of)
    label, tone = labels.due_label(due_on=until, today=today, unit=due.limit.unit, nation=clock.nation)
    before = [{**_line(line), "last": False} for line in sums.lines(due)]
    words = f"We told you of the delay on {day(told_at)}. {clock.extended_because}".strip()
    line = {"day": "Delayed", "on": day(until), "words": words, "last": True}
    return {"on": until, "at": clock.until_at, "label": label, "tone": tone, "sum": [*before, line]}


def _explained(due: sums.Due, as_of: datetime) -> dict[str, Any]:
    row = due.limit
    today = calendar.london_date(as_of)
    label, tone = labels.due_label(due_on=due.due_on, today=today, unit=row.unit, nation=due.nation)
    return {
        "on": due.due_on,
        "at": due.due_at,
        "label": label,
        "tone": tone,
        "rule": row.rule,
        "sum": [_line(line) for line in sums.lines(due)],
        "late": row.late,
        "starts_from": row.starts,
        "calendar": sums.calendar_words(due),
        "source": {"title": row.source, "quotation": row.quotation, "note": row.note},
        "in_force": _in_force(due),
    }


def _in_force(due: sums.Due) -> str:
    since = f"Since {day(due.limit.in_force_from)}."
    return f"{since} The start lies before that day; the first row is used." if due.before_first else since


def _line(line: sums.Line) -> dict[str, Any]:
    return {"day": line.day, "on": line.on, "words": line.words, "last": line.last}


def why_limit(*, limit: str, start: str, nation: str) -> dict[str, Any]:
    """A limit counted from a written date, as plain values for programs. Refused with a sentence when it cannot be."""
    due = sums.work_out(limit=limit, start=calendar.instant_from(start), nation=nation)
    row = due.limit
    return {
        "limit": row.key,
        "days": row.days,
        "unit": row.unit.value,
        "starts_from": row.starts_from.value,
        "started_at": _utc(due.started_at),
        "starts_on": due.starts_on.isoformat(),
        "due_on": due.due_on.isoformat(),
        "due_at": _utc(due.due_at),
        "nation": due.nation,
        "consequence": row.consequence.value,
        "steps": sums.steps(due),
        "source": row.source_in_full,
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def explain_key_date(*, key_date: KeyDate, as_of: datetime) -> dict[str, Any]:
    """A date that is set and not counted, in the shape of `explain_limit`."""
    today = calendar.london_date(as_of)
    label, tone = _key_date_label(key_date, today)
    return {
        "on": key_date.on,
        "at": calendar.last_instant(key_date.on),
        "label": label,
        "tone": tone,
        "rule": f"{key_date.title}. This date is set by the awarding organisation, not counted from another one.",
        "sum": [_only_line(key_date)],
        "late": key_date.consequence,
        "starts_from": "Nothing starts it: it is the same date for every centre.",
        "calendar": _set_calendar(key_date),
        "source": {"title": key_date.source, "quotation": key_date.quotation, "note": confidence_words(key_date)},
        "in_force": _status_words(key_date),
    }


def list_key_date(*, key_date: KeyDate, as_of: datetime) -> dict[str, Any]:
    """`explain_key_date` for lists: a date that is over says so, whether or not anybody had anything to do by it."""
    due = explain_key_date(key_date=key_date, as_of=as_of)
    today = calendar.london_date(as_of)
    if key_date.on < today:
        return {**due, "label": labels.past_label(on=key_date.on, today=today), "tone": "neutral"}
    return due


def _key_date_label(key_date: KeyDate, today: date) -> tuple[str, str]:
    if key_date.happens:
        return labels.event_label(on=key_date.on, today=today)
    return labels.due_label(due_on=key_date.on, today=today)


def _only_line(key_date: KeyDate) -> dict[str, Any]:
    told = "All of that day, UK time." if key_date.happens else "Open until 11:59pm, UK time."
    which = "The day" if key_date.happens else "Last day"
    return {"day": which, "on": day(key_date.on), "words": told, "last": True}


def _set_calendar(key_date: KeyDate) -> str:
    if key_date.on.weekday() < 5:
        return "A date in the calendar: nothing is counted."
    return f"A date in the calendar, on a {key_date.on:%A}: it does not move to another day, reminders come before it."


def confidence_words(key_date: KeyDate) -> str:
    """How sure the date is, in a sentence; nothing when it was read in a source text."""
    return _CONFIDENCE[key_date.confidence]


def _status_words(key_date: KeyDate) -> str:
    if key_date.status == DateStatus.SUPERSEDED:
        return f"No longer: another date took its place. {key_date.reason}".strip()
    return "Projected for this series." if key_date.status == DateStatus.PROJECTED else "In force for this series."
