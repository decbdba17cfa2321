"""What a receipt says: worked out from the stored claims, so that it reads the same years later."""

from collections import Counter
from datetime import date, datetime
from itertools import groupby
from typing import Any

from claims.models import Claim, Submission
from claims.queries.dates import result_dates
from claims.rules import ClaimStatus
from claims.rules.submitting import LATE_CONSEQUENCE, check_can_undo
from claims.rules.words import grade_words
from deadlines.rules.calendar import working_due
from portal.clock import london_date
from portal.errors import Refused
from portal.web.words import count, day, moment


def claims_of(submission: Submission) -> list[Claim]:
    """Its claims by programme and learner, with everything a receipt shows of them, in one query."""
    return list(
        Claim.objects.filter(submission=submission)
        .select_related("registration__programme__qualification")
        .order_by("registration__programme__qualification__title", "claimed_name", "pk")
    )


def programmes(submission: Submission) -> list[dict[str, Any]]:
    """One line for each programme and kind, with its learners and the day its results come."""
    results = result_dates(submission.series)
    lines = []
    for qualification, group in groupby(
        claims_of(submission), lambda claim: claim.registration.programme.qualification
    ):
        claims = list(group)
        expected = results.get(qualification.level)
        lines.append(
            {
                "title": str(qualification),
                "level": qualification.level,
                "kind": claims[0].get_kind_display(),
                "count": len(claims),
                "result_on": expected.on if expected else None,
                "late": any(claim.late for claim in claims),
                "learners": [_learner(claim) for claim in claims],
            }
        )
    return lines


def _learner(claim: Claim) -> dict[str, str]:
    return {
        "number": claim.claimed_number,
        "name": claim.claimed_name,
        "registration": claim.registration.number,
        "grade": grade_words(claim.claimed_grade),
        "status": ClaimStatus(claim.status).label,
    }


def what_next(submission: Submission, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What happens after the receipt, by date."""
    received = london_date(submission.received_at)
    checks = working_due(start_on=received, days=1, nation=submission.centre.nation)
    steps: list[dict[str, Any]] = [
        {"on": received, "what": "Receipt sent to you and your exams office", "note": "It also stands under Messages."},
        {
            "on": checks,
            "what": "We begin to check the claims",
            "note": "If we have a question, it appears on your home page with a date.",
        },
    ]
    by_day: Counter[tuple[date, str, bool]] = Counter()
    for line in lines:
        if line["result_on"]:
            by_day[line["result_on"], line["level"], line["late"]] += line["count"]
    return steps + [_results_step(on, level, late, number) for (on, level, late), number in sorted(by_day.items())]


def _results_step(on: date, level: str, late: bool, number: int) -> dict[str, Any]:
    results = count(number, f"level {level} result")
    if late:
        return {"on": on, "what": f"Results day, without a promise for {results}", "note": LATE_CONSEQUENCE}
    return {"on": on, "what": f"{results} {'is' if number == 1 else 'are'} issued", "note": ""}


def lateness(submission: Submission) -> str:
    """ "" when every claim was in time; else the consequence, in the words of the rule."""
    return LATE_CONSEQUENCE if Claim.objects.filter(submission=submission, late=True).exists() else ""


def undo_state(submission: Submission, *, at: datetime) -> dict[str, Any]:
    """Whether the submission can still be undone, until when, and if not, why not."""
    decided = (
        Claim.objects.filter(submission=submission)
        .exclude(status__in=[ClaimStatus.SUBMITTED.value, ClaimStatus.UNDONE.value])
        .count()
    )
    state = {"possible": True, "until": submission.undo_until, "why_not": ""}
    try:
        check_can_undo(at=at, until=submission.undo_until, undone=submission.undone_at is not None, decided=decided)
    except Refused as refusal:
        state |= {"possible": False, "why_not": refusal.message}
    return state


def receipt_document(submission: Submission) -> dict[str, Any]:
    """The data of the PDF receipt, every date already in words."""
    lines = programmes(submission)
    total = sum(line["count"] for line in lines)
    late = lateness(submission)
    return {
        "title": f"{count(total, 'claim')} submitted",
        "reference": submission.reference,
        "centre_name": submission.centre.name,
        "centre_number": submission.centre.number,
        "series_title": submission.series.title,
        "submitted_by": submission.by.name,
        "received": moment(submission.received_at),
        "in_time": not late,
        "lateness": late,
        "undone": f"Undone {moment(submission.undone_at)}" if submission.undone_at else "",
        "next": [{"when": day(step["on"]), "what": step["what"]} for step in what_next(submission, lines)],
        "programmes": [
            {
                "title": line["title"],
                "kind": line["kind"],
                "count": line["count"],
                "expected": _expected(line),
            }
            for line in lines
        ],
        "learners": [
            {
                "number": learner["number"],
                "name": learner["name"],
                "programme": line["title"],
                "kind": line["kind"],
                "grade": learner["grade"],
            }
            for line in lines
            for learner in line["learners"]
        ],
        "made": moment(submission.received_at),
        "made_at": submission.received_at.isoformat(),
    }


def _expected(line: dict[str, Any]) -> str:
    if line["late"]:
        return "Not guaranteed in August"
    return day(line["result_on"]) if line["result_on"] else "Not known yet"
