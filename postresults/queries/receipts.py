"""What a receipt of requests says."""

from typing import Any

from deadlines.models import Clock
from deadlines.queries import explain_clock
from portal.fees.models import FeeLine
from portal.fees.rules import exposure
from portal.web.actor import Actor
from portal.web.words import count, day, moment
from postresults.models import Request, Submission
from postresults.queries.requests import TONES
from postresults.rules import states
from postresults.rules.services import Service


def lines_of(*, submission: Submission, actor: Actor) -> list[dict[str, Any]]:
    """A line for each request, by learner and component, with its promised date. Two queries."""
    rows = list(
        Request.objects.filter(submission=submission)
        .select_related("case__learner", "unit")
        .order_by("case__learner__family_name", "case__learner__given_name", "pk")
    )
    running = Clock.objects.filter(case__in=[row.pk for row in rows]).order_by("pk")
    clocks = {clock.case_id: clock for clock in running}
    return [_line(row, clocks.get(row.pk), actor) for row in rows]


def _line(row: Request, clock: Clock | None, actor: Actor) -> dict[str, Any]:
    return {
        "request": row,
        "learner": row.case.learner,
        "service": Service(row.service).label,
        "status": row.case.status_label,
        "tone": TONES[row.case.status],
        "waits": row.case.status == states.WAITING,
        "due": explain_clock(clock, as_of=actor.at) if clock else None,
    }


def promises(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each service with its promised date and the working, once for each date."""
    found = {(line["service"], line["due"]["on"]): line["due"] for line in lines if line["due"] and not line["waits"]}
    return [{"service": service, "due": due} for (service, _), due in sorted(found.items(), key=lambda item: item[0])]


def charged(submission: Submission) -> str:
    """What it comes to so far, in words; "" while nothing is charged."""
    rows = FeeLine.objects.owed().filter(centre=submission.centre_id, group__startswith=f"{submission.reference}/")
    lines = list(rows)
    return exposure(lines).words if lines else ""


def receipt_document(*, submission: Submission, actor: Actor) -> dict[str, Any]:
    """The data of the PDF receipt, every date in words."""
    lines = lines_of(submission=submission, actor=actor)
    waiting = sum(line["waits"] for line in lines)
    return {
        "title": f"{count(len(lines), 'request')} for results services",
        "reference": submission.reference,
        "centre_name": submission.centre.name,
        "centre_number": submission.centre.number,
        "series_title": submission.series.title,
        "submitted_by": submission.by.name,
        "received": moment(submission.received_at),
        "waiting": f"{count(waiting, 'request')} not sent yet: the consent of the learner is missing."
        if waiting
        else "",
        "promises": [{"when": day(each["due"]["on"]), "what": each["service"]} for each in promises(lines)],
        "requests": [_row(line) for line in lines],
        "charged": charged(submission),
        "made": moment(actor.at),
        "made_at": actor.at.isoformat(),
    }


def _row(line: dict[str, Any]) -> dict[str, str]:
    learner, row = line["learner"], line["request"]
    copy = ", with a copy of the script" if row.with_copy else ""
    return {
        "reference": row.case.reference,
        "number": learner.candidate_number if learner else "",
        "name": str(learner) if learner else "Whole cohort",
        "component": str(row.unit),
        "service": f"{line['service']}{copy}",
        "due": day(line["due"]["on"]) if line["due"] else line["status"],
    }
