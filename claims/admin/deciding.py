"""The staff's queue of claims: accept, ask or refuse, one by one or many at once."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.http import HttpRequest
from django.template.loader import render_to_string

from claims.actions import accept_claims, query_claims, refuse_claims
from claims.admin.filters import WhoseFilter
from claims.models import Claim, Query, Submission
from claims.queries import caring
from claims.queries.registrations import unit_lines
from claims.rules import ClaimStatus
from claims.rules.words import grade_words
from portal import clock
from portal.centres.rules import STAFF_CLAIMS_DECIDE, STAFF_CLAIMS_VIEW
from portal.desk.rules import owner_words
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin, due_column, tag_column
from portal.web.words import count, day, moment

_OPEN = (ClaimStatus.SUBMITTED.value, ClaimStatus.QUERIED.value)
_TONES = {
    ClaimStatus.SUBMITTED: "claimed",
    ClaimStatus.QUERIED: "soon",
    ClaimStatus.ACCEPTED: "issued",
    ClaimStatus.REFUSED: "late",
    ClaimStatus.UNDONE: "neutral",
}


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label="Reason, as the centre reads it",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=500,
        error_messages={"required": "Give the reason. The centre reads it word for word."},
    )


class AskForm(forms.Form):
    question = forms.CharField(
        label="Question, as the centre reads it",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": "Write the question"},
    )
    answer_by = forms.DateField(
        label="Answer by",
        help_text="For example 2/7/2024.",
        widget=forms.DateInput(attrs={"inputmode": "numeric"}, format="%d/%m/%Y"),
        input_formats=["%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y"],
        error_messages={"required": "Say by which date", "invalid": "Write the date like 2/7/2024"},
    )


def _accept(actor: Actor, rows: list[Claim], cleaned: dict[str, Any]) -> str:
    done = accept_claims(claim_ids=[row.pk for row in rows], by=actor.user, at=actor.at)
    return f"{count(done, 'claim')} accepted."


def _refuse(actor: Actor, rows: list[Claim], cleaned: dict[str, Any]) -> str:
    done = refuse_claims(claim_ids=[row.pk for row in rows], reason=cleaned["reason"], by=actor.user, at=actor.at)
    return f"{count(done, 'claim')} refused. The centres are told why."


def _ask(actor: Actor, rows: list[Claim], cleaned: dict[str, Any]) -> str:
    asked = query_claims(claim_ids=[row.pk for row in rows], by=actor.user, at=actor.at, **cleaned)
    return f"{count(len(asked), 'question')} asked, to be answered by {day(cleaned['answer_by'])}."


def _open(claim: Claim) -> bool:
    return claim.status in _OPEN


def _waits_for_us(claim: Claim) -> bool:
    """A claim with an open question is answered, or refused, before it is accepted or asked about again."""
    return claim.status == ClaimStatus.SUBMITTED.value


class StandFilter(admin.SimpleListFilter):
    """The queue shows what waits for us unless something else is asked for."""

    title = "where it stands"
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rest = [status for status in ClaimStatus if status is not ClaimStatus.SUBMITTED]
        labels = {ClaimStatus.QUERIED: "Waiting on a centre"}
        return [*((status.value, labels.get(status, status.label)) for status in rest), ("all", "All claims")]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": "To decide",
        }
        for value, label in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        if self.value() is None:
            return queryset.filter(status=ClaimStatus.SUBMITTED.value)
        return queryset if self.value() == "all" else queryset.filter(status=self.value())


class LatenessFilter(admin.SimpleListFilter):
    title = "when it came"
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("0", "In time"), ("1", "After the date")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Claim]) -> QuerySet[Claim]:
        return queryset.filter(late=self.value() == "1") if self.value() in ("0", "1") else queryset


@admin.register(Claim)
class ClaimAdmin(ActionAdmin):
    view_capability = STAFF_CLAIMS_VIEW
    next_label = "Take the next claim"
    acts = (
        Act("accept", "Accept", _accept, STAFF_CLAIMS_DECIDE, bulk=True, offered=_waits_for_us),
        Act("ask", "Ask the centre", _ask, STAFF_CLAIMS_DECIDE, form=AskForm, bulk=True, offered=_waits_for_us),
        Act("refuse", "Refuse", _refuse, STAFF_CLAIMS_DECIDE, form=RefuseForm, bulk=True, offered=_open, danger=True),
    )
    list_display = ("receipt", "at_centre", "candidate", "programme", "grade_told", "stands", "due", "looked_after_by")
    list_filter = (StandFilter, WhoseFilter, "kind", LatenessFilter)
    search_fields = ("submission__reference", "centre__number", "registration__learner__candidate_number")
    search_help_text = "Receipt, centre or candidate number"
    list_select_related = (
        "submission",
        "centre",
        "registration__learner",
        "registration__programme__qualification",
        "decided_by",
    )
    fields = (
        "receipt", "at_centre", "candidate", "programme", "grade_told", "stands", "due", "received", "decision",
        "put_right", "questions_told", "needs_told", "units_told",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        """The oldest first; a claim that waits for the centre's answer comes after those that wait for us."""
        waits = Case(
            When(status=ClaimStatus.QUERIED.value, then=Value(1)), default=Value(0), output_field=IntegerField()
        )
        claims = super().get_queryset(request).select_related(*self.list_select_related)
        return _owned(claims.alias(waits=waits), "centre", "series").order_by("waits", "pk")

    def summary(self, request: HttpRequest) -> str:
        found = dict(Claim.objects.filter(status__in=_OPEN).values_list("status").annotate(Count("pk")).order_by())
        ours, theirs = (found.get(status, 0) for status in _OPEN)
        return f"{count(ours, 'claim')} to decide. {count(theirs, 'more', 'more')} waiting on a centre."

    @admin.display(description="Receipt", ordering="submission__reference")
    def receipt(self, claim: Claim) -> str:
        return claim.submission.reference

    @admin.display(description="Centre", ordering="centre__number")
    def at_centre(self, claim: Claim) -> str:
        return str(claim.centre)

    @admin.display(description="Candidate")
    def candidate(self, claim: Claim) -> str:
        return f"{claim.registration.learner.candidate_number} {claim.registration.learner}"

    @admin.display(description="Programme")
    def programme(self, claim: Claim) -> str:
        return f"{claim.registration.programme.qualification}, {claim.get_kind_display().lower()}"

    @admin.display(description="Grade")
    def grade_told(self, claim: Claim) -> str:
        points = f", {claim.points} points" if claim.grade and claim.points is not None else ""
        return f"{grade_words(claim.grade)}{points}"

    @admin.display(description="Where it stands", ordering="status")
    def stands(self, claim: Claim) -> str:
        status = ClaimStatus(claim.status)
        return tag_column(_TONES[status], status.label)

    @admin.display(description="Claimed by the date")
    def due(self, claim: Claim) -> str:
        return due_column(
            {"on": claim.due_on, "label": "After the date" if claim.late else "In time", "tone": _tone(claim)}
        )

    @admin.display(description="Centre looked after by")
    def looked_after_by(self, claim: Any) -> str:
        return owner_words(name=claim.owner_name, cover=claim.cover_name)

    @admin.display(description="Received")
    def received(self, claim: Claim) -> str:
        return moment(claim.submission.received_at)

    @admin.display(description="Questions and answers")
    def questions_told(self, claim: Claim) -> str:
        return render_to_string(
            "claims/_thread.html", {"queries": claim.queries.select_related("asked_by", "answered_by")}
        )

    @admin.display(description="What the award needs")
    def needs_told(self, claim: Claim) -> str:
        return render_to_string("claims/_needs.html", {"needs": claim.registration.readiness.needs})

    @admin.display(description="Units")
    def units_told(self, claim: Claim) -> str:
        return render_to_string("claims/_units.html", {"units": unit_lines(claim.registration)})

    @admin.display(description="Decision")
    def decision(self, claim: Claim) -> str:
        if claim.decided_at is None or claim.decided_by is None:
            return "Not decided yet"
        return (
            f"{ClaimStatus(claim.status).label} by {claim.decided_by.name}, {moment(claim.decided_at)}. {claim.reason}"
        )


def _owned(rows: QuerySet[Any], centre: str, series: str) -> QuerySet[Any]:
    """The rows with whoever looks after their centre in their series."""
    return caring.with_owner(rows, centre=centre, series=series, on=clock.london_date(clock.now()))


def _tone(claim: Claim) -> str:
    return "late" if claim.late else "neutral"


@admin.register(Submission)
class SubmissionAdmin(ActionAdmin):
    view_capability = STAFF_CLAIMS_VIEW
    list_display = ("reference", "centre", "series", "by", "received_at", "undone_at")
    list_select_related = ("centre", "series", "by")
    search_fields = ("reference", "centre__number")


@admin.register(Query)
class QueryAdmin(ActionAdmin):
    view_capability = STAFF_CLAIMS_VIEW
    list_display = ("claim_reference", "centre", "asked_at", "answer_by", "answered_at", "answer", "looked_after_by")
    list_filter = (WhoseFilter,)
    list_select_related = ("claim__submission", "centre")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return _owned(super().get_queryset(request), "centre", "claim__series")

    @admin.display(description="Claim")
    def claim_reference(self, query: Query) -> str:
        return query.claim.submission.reference

    @admin.display(description="Centre looked after by")
    def looked_after_by(self, query: Any) -> str:
        return owner_words(name=query.owner_name, cover=query.cover_name)
