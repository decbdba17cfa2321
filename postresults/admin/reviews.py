"""The queue of reviews, and what staff do with one."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from deadlines.models import Clock
from deadlines.queries import explain_clock
from portal import clock
from portal.casework.actions import record_received
from portal.casework.admin import CaseQueue
from portal.casework.admin.acts import ACTS, waiting_decision
from portal.casework.admin.queue import StandingFilter, StatusFilter
from portal.casework.models import Case, Decision
from portal.centres.rules import STAFF_CASES_WORK
from portal.errors import Refused
from portal.web.actor import Actor
from portal.web.admin import Act
from portal.web.words import count, day, moment
from postresults.actions import (
    accept,
    begin,
    decide_reviews,
    delay,
    recommend,
    refuse,
    reissue_letter,
    release_together,
)
from postresults.admin.review_forms import (
    DecisionForm,
    DelayForm,
    ReceiptForm,
    RefusalForm,
    ReleaseForm,
    finding_form,
    reviewer_form,
)
from postresults.kinds import REVIEW
from postresults.models import Finding, ReviewCase
from postresults.rules import states
from postresults.rules.services import REVIEWS, Service

_BEFORE = frozenset({states.RECEIVED, states.ACCEPTED})


def _in(*statuses: str) -> Any:
    return lambda row: row.status in statuses


def _accept(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    done = accept(requests=[row.request for row in rows], by=actor.user, at=actor.at)
    return f"{count(len(done), 'review')} accepted."


def _refuse(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    refuse(request=rows[0].request, by=actor.user, at=actor.at, **cleaned)
    return "Refused. The centre is told why, and its fee falls away."


def _begin(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    begin(request=rows[0].request, reviewer=cleaned["reviewer"], by=actor.user, at=actor.at)
    return f"{cleaned['reviewer'].name} reviews {rows[0]}."


def _recommend(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    given = {"mark": None, **cleaned}
    found = recommend(request=rows[0].request, by=actor.user, at=actor.at, **given)
    return f"Recorded: mark {found.mark}, grade {found.grade}. Somebody else decides."


def _decide(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    requests = [row.request for row in rows]
    made = decide_reviews(requests=requests, by=actor.user, at=actor.at, **cleaned)
    falls = sum(each.needs_countersign for each in made)
    more = f" A second person must countersign {count(falls, 'decision')}." if falls else ""
    return f"{count(len(made), 'review')} decided, nothing issued yet.{more}"


def _delay(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    told = delay(request=rows[0].request, by=actor.user, at=actor.at, **cleaned)
    late = " That is later than the three working days before that we promise." if told.told_late else ""
    return f"The centre is told that it is likely to be finished by {day(cleaned['to_on'])}.{late}"


def _release(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    ids = [waiting_decision(row).pk for row in rows]
    release_together(decision_ids=ids, by=actor.user, at=actor.at, **cleaned)
    return f"{count(len(ids), 'outcome')} will go out {moment(cleaned['goes_out_at'])}."


def _letter(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    reissue_letter(request=rows[0].request, by=actor.user, at=actor.at)
    return "The letter is made again. The code of the one before says that another took its place."


def _received(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    issued = Decision.objects.standing().filter(case=rows[0].pk, issued_at__isnull=False).first()
    if issued is None:
        raise Refused("No decision is issued in this case.", code="not_issued")
    record_received(decision=issued, by=actor.user, at=actor.at, **cleaned)
    return "Recorded. The days for an appeal are counted from then."


def _act(name: str, label: str, run: Any, **more: Any) -> Act:
    return Act(name=name, label=label, run=run, capability=STAFF_CASES_WORK, **more)


OWN = (
    _act("begin", "Begin the review", _begin, form_for=reviewer_form, offered=_in(*_BEFORE)),
    _act("recommend", "Record what the review found", _recommend, form_for=finding_form, offered=_in(states.REVIEWING)),
    _act("decide", "Decide as recommended", _decide, form=DecisionForm, bulk=True, offered=_in(states.REVIEWING)),
    _act("accept", "Accept", _accept, bulk=True, offered=_in(states.RECEIVED)),
    _act("refuse", "Refuse", _refuse, form=RefusalForm, offered=_in(*_BEFORE), danger=True),
    _act(
        "release",
        "Issue at a set time",
        _release,
        form=ReleaseForm,
        bulk=True,
        offered=_in(states.REVIEWING, states.DECIDED),
        explanation="They go out together. One that is not ready then is held back, and the others go.",
    ),
    _act(
        "delay",
        "Tell of a delay",
        _delay,
        form=DelayForm,
        offered=_in(*_BEFORE, states.REVIEWING),
        explanation="The centre is told at once: the reason, and by when it is likely to be finished.",
    ),
    _act("letter", "Make the letter again", _letter, offered=_in(states.DECIDED, states.CLOSED)),
    _act("received", "Record a later receipt", _received, form=ReceiptForm, offered=_in(states.DECIDED)),
)


class ServiceFilter(admin.SimpleListFilter):
    title = "service"
    parameter_name = "service"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(service.value, service.label) for service in Service if service in REVIEWS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(request__service=self.value()) if self.value() else queryset


@admin.register(ReviewCase)
class ReviewCaseAdmin(CaseQueue):
    kind = REVIEW.key
    acts = (*OWN, *ACTS)
    list_display = ("reference", "centre_named", "service", "stands", "due", "looked_after_by")
    list_filter = (StandingFilter, StatusFilter, ServiceFilter)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.select_related(
            "centre", "owner", "learner", "request__unit", "request__series", "request__result", "request__registration"
        )

    @admin.display(description="service")
    def service(self, case: ReviewCase) -> str:
        return str(case.request.get_service_display())

    def due_of(self, case: Case, request: HttpRequest) -> dict[str, Any] | None:
        """On the page of a case with its working; in the queue from the copied date alone."""
        if request is None or case.due_at is None:
            return super().due_of(case, request)
        running = Clock.objects.promises().filter(case=case.pk, stopped_at=None).order_by("until_at").first()
        return explain_clock(running, as_of=clock.now()) if running else None

    def facts(self, row: Any) -> list[dict[str, str]]:
        request = row.request
        about = [("Service", self.service(row)), ("Component", f"{request.unit}, {request.series}")]
        if request.result is not None:
            about.append(("Result now", f"Mark {request.result.mark}, grade {request.result.grade}"))
        if request.place_depends is not None:
            about.append(("A place depends on it", "Yes" if request.place_depends else "No"))
        about += _found(row)
        return [{"label": label, "value": value} for label, value in about]


def _found(row: Any) -> list[tuple[str, str]]:
    """The reviewer's last recommendation, beside what the decision says."""
    found = Finding.objects.filter(request=row.pk).select_related("by").order_by("-pk").first()
    if found is None:
        return []
    overall = f", overall grade {found.overall}" if found.overall else ""
    said = [
        ("Recommended", f"Mark {found.mark}, grade {found.grade}{overall}"),
        ("Found", states.REASONS[found.reason]),
    ]
    said += [("Comment", found.comment)] if found.comment else []
    return [*said, ("Reviewer", f"{found.by.name}, {moment(found.at)}")]
