"""What stands on a centre's home page: what needs doing, what waits for us, what was finished, and the forecast."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from claims.queries.dates import results_among
from claims.queries.summaries import recent_submissions, standing
from claims.rules import State
from deadlines.duties import Outstanding, Part, parts_of_all
from deadlines.models import KeyDate
from deadlines.rules.labels import due_label
from portal.catalogue.models import Series
from portal.centres.models import Centre
from portal.centres.rules import REQUESTS_MAKE
from portal.clock import london_date
from portal.intake.kinds import sheet
from portal.intake.models import Outcome, Upload, UploadStatus
from portal.web.actor import Actor
from portal.web.words import count, day, day_short
from postresults.queries.duties import CONSENTS, PRIORITY, consents_missing
from postresults.queries.standing import Numbers, numbers

RECENT = 5
Dates = dict[str, KeyDate]


def needs_doing(
    *, actor: Actor, series: Series, dates: Dates, known: Mapping[str, Outstanding] | None = None
) -> list[dict[str, Any]]:
    """Everything outstanding, by due date: a line for each duty and day, from the same query that reminders use.

    `known` are duties that the page has counted already, by key: they are not asked for again.
    """
    items = [
        _item(part, found, actor)
        for part in parts_of_all(dates)
        if _sees(actor, part)
        for found in _outstanding(part, actor, series, known or {})
    ]
    return sorted(items, key=lambda item: item["on"])


def _outstanding(part: Part, actor: Actor, series: Series, known: Mapping[str, Outstanding]) -> Collection[Outstanding]:
    if part.duty.key in known and not part.keys:
        return [row for row in [known[part.duty.key]] if row.count]
    return part.outstanding(as_of=actor.at, series=series, centre_id=actor.centre.pk)


def needs_of_centres(
    *, actors: Collection[Actor], series: Series, dates: Dates, at: datetime
) -> dict[int, list[dict[str, Any]]]:
    """`needs_doing` of the several centres that one person acts for, by centre id.

    One query for each duty and day, however many centres there are.
    """
    by_id = {actor.centre.pk: actor for actor in actors}
    needs: dict[int, list[dict[str, Any]]] = {pk: [] for pk in by_id}
    for part in parts_of_all(dates) if by_id else []:
        for found in part.outstanding(as_of=at, series=series, centre_ids=list(by_id)):
            actor = by_id[found.centre_id]
            if _sees(actor, part):
                needs[found.centre_id].append(_item(part, found, actor))
    return {pk: sorted(items, key=lambda item: item["on"]) for pk, items in needs.items()}


def _sees(actor: Actor, part: Part) -> bool:
    return not part.duty.seen_by or actor.can(part.duty.seen_by)


def _item(part: Part, found: Outstanding, actor: Actor) -> dict[str, Any]:
    duty, key_date = part.duty, part.key_date
    on = key_date.on if key_date else found.oldest
    if on is None:
        raise LookupError(f"The duty {duty.key} has no date.")
    label, tone = due_label(due_on=on, today=london_date(actor.at))
    return {
        "on": on,
        "label": label,
        "tone": tone,
        "act": words(duty.act, found.count),
        "url": address(part, actor.centre),
        "note": _note(part, found, actor),
    }


def _note(part: Part, found: Outstanding, actor: Actor) -> str:
    note = found.detail or (part.key_date.consequence if part.key_date else "")
    if part.duty.done_by and not actor.can(part.duty.done_by):
        return f"{note} Your exams officer or deputy does this.".strip()
    return note


def words(sentence: str, number: int) -> str:
    """A duty's sentence with its count: "Claim for 1 learner who is ready"."""
    return sentence.format(count=f"{number:,}", s="" if number == 1 else "s", are="is" if number == 1 else "are")


def address(part: Part, centre: Centre) -> str:
    """Where the work is done."""
    url = reverse(part.duty.url_name, kwargs={"number": centre.number})
    return f"{url}?{part.url_query}" if part.url_query else url


def where_claims_stand(*, actor: Actor, series: Series, dates: Dates) -> dict[str, Any]:
    """The forecast, and what waits for the awarding organisation: two readings of one query."""
    found = standing(actor=actor, series=series)
    results = results_among(dates)
    return {"forecast": _forecast(found, results), "waiting": _waiting(found, results, actor.centre)}


def _forecast(found: dict[str, dict[str, int]], results: dict[str, KeyDate | None]) -> dict[str, Any]:
    """How many learners will have no result if nothing changes, and when results come."""
    numbers = {state: sum(levels.values()) for state, levels in found.items()}
    days = [(level, row) for level in ("3", "2") if (row := results[level])]
    return {
        "without": numbers[State.READY.value] + numbers[State.BLOCKED.value],
        "ready": numbers[State.READY.value],
        "blocked": numbers[State.BLOCKED.value],
        "total": sum(numbers.values()) - numbers[State.ABSENT.value],
        "results": [{"level": level, "on": row.on} for level, row in days],
        "unconfirmed": [row for _, row in days if row.confidence != "source"],
    }


def _waiting(
    found: dict[str, dict[str, int]], results: dict[str, KeyDate | None], centre: Centre
) -> list[dict[str, Any]]:
    """Claims that wait for a decision or for results day, by level."""
    tracker = reverse("claims:tracker", kwargs={"number": centre.number})
    return [
        {
            "words": f"{count(number, 'claim')} at level {level}{told}",
            "note": _results_words(results.get(level)),
            "url": f"{tracker}?state={state.value}&level={level}",
        }
        for state, told in ((State.CLAIMED, ""), (State.ISSUED, ", accepted"))
        for level, number in found[state.value].items()
    ]


def _results_words(key_date: KeyDate | None) -> str:
    return f"Results {day(key_date.on)}" if key_date else "Results day is not set yet"


def requests_of(*, actor: Actor, series: Series, dates: Dates) -> dict[str, Any]:
    """Requests for results services: `sign` waits for the centre's word, `with_us` for ours. One query.

    `counted` are the duties about them in the series, for `needs_doing`.
    """
    found = numbers(actor=actor, series=series.pk)
    missing = consents_missing(actor.centre.pk, number=found.closing, urgent=found.urgent, sooner=dates.get(PRIORITY))
    where = {"number": actor.centre.number}
    sign = {
        "on": london_date(actor.at),
        "label": "Today",
        "tone": "soon",
        "act": f"Send {count(found.signed, 'request')} that learners have signed",
        "url": reverse("postresults:signed", kwargs=where),
        "note": "Sending costs more than you allowed, so we ask you first.",
    }
    line = {
        "words": f"{count(found.with_us, 'request')} for results services",
        "note": _promised(found),
        "url": f"{reverse('postresults:requests', kwargs=where)}?state=with-us",
    }
    return {
        "sign": [sign] if found.signed and actor.can(REQUESTS_MAKE) else [],
        "with_us": [line] if found.with_us else [],
        "counted": {CONSENTS: missing},
    }


def _promised(found: Numbers) -> str:
    next_on = f"Next due from us {day(found.next_due_at)}." if found.next_due_at else ""
    late = f"{found.late} past the date." if found.late else ""
    return f"{late} {next_on}".strip()


def recently_finished(*, actor: Actor) -> list[dict[str, Any]]:
    """The last claims sent and files committed, newest first."""
    lines = [
        {
            "at": row["at"],
            "words": f"{count(row['claims'], 'learner')} claimed",
            "note": f"{_day(row['at'])}, {row['reference']}",
            "url": reverse("claims:receipt", kwargs={"number": actor.centre.number, "reference": row["reference"]}),
        }
        for row in recent_submissions(actor=actor, limit=RECENT)
    ]
    lines += [_upload(row, actor.centre) for row in _committed(actor)]
    return sorted(lines, key=lambda line: line["at"], reverse=True)[:RECENT]


def _committed(actor: Actor) -> list[Upload]:
    uploads = Upload.objects.visible_to(actor).filter(status=UploadStatus.COMMITTED)
    return list(uploads.order_by("-pk")[:RECENT])


def _upload(row: Upload, centre: Centre) -> dict[str, Any]:
    refused = row.counts.get(Outcome.REFUSED.value, 0)
    kept = sum(row.counts.values()) - refused
    return {
        "at": row.committed_at,
        "words": f"{count(kept, sheet(row.kind).noun)} uploaded",
        "note": f"{_day(row.committed_at or row.received_at)}, {f'{refused:,} refused' if refused else 'none refused'}",
        "url": reverse(f"{sheet(row.kind).url_name}-done", kwargs={"number": centre.number, "pk": row.pk}),
    }


def _day(at: datetime) -> str:
    return day_short(london_date(at))


def next_date(*, dates: Dates, on: date) -> KeyDate | None:
    """The next date of the series that concerns claims, for a home page with nothing to do."""
    coming = (row for row in dates.values() if row.on >= on and row.key.startswith(("claims.", "results.")))
    return min(coming, key=lambda row: row.on, default=None)
