"""Key dates for staff: read, moved by two people, and brought in by spreadsheet."""

import csv
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from deadlines.actions import (
    approve_date,
    approve_new_dates,
    discard_dates,
    propose_date,
    receive_dates,
    return_new_dates,
    return_proposal,
    use_dates,
)
from deadlines.forms import DateFileForm, ProposeForm, ReturnForm
from deadlines.models import DateFile, DateFileStatus, DateProposal, DateStatus, KeyDate, ProposalStatus
from deadlines.queries import list_key_date
from deadlines.queries.affected import affected_by
from deadlines.rules.date_sheet import COLUMNS
from portal import clock
from portal.catalogue.rules import content
from portal.centres.rules import STAFF_DATES_APPROVE, STAFF_DATES_EDIT, STAFF_DATES_VIEW
from portal.intake.rules import Unreadable
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin, due_column, tag_column
from portal.web.words import count, day, day_plain, listed

KNOWN = {"source": "Read in the source", "recalled": "Recalled, to be checked", "projected": "Projected"}


class AffectedAdmin(ActionAdmin):
    """Acts that change a date show first who is affected."""

    act_template = "admin/deadlines/act.html"

    def key_date_of(self, row: Any) -> KeyDate:
        raise NotImplementedError

    def _act_context(self, request: HttpRequest, act: Act, rows: list[Any], form: Form, back: str) -> dict[str, Any]:
        affected = affected_by(key_date=self.key_date_of(rows[0]), as_of=clock.now())
        named, more = affected.named()
        page = {"affected": affected, "centres": named, "more_centres": more}
        return {**super()._act_context(request, act, rows, form, back), **page}


def _propose(actor: Actor, rows: list[KeyDate], cleaned: dict[str, Any]) -> str:
    on: date = cleaned["on"]
    (current,) = rows
    propose_date(key_date=current, on=on, reason=cleaned["reason"], by=actor.user, at=actor.at)
    return f"The move to {day(on)} waits for a second person. Until then {day(current.on)} stays in force."


@admin.register(KeyDate)
class KeyDateAdmin(AffectedAdmin):
    view_capability = STAFF_DATES_VIEW
    acts = (
        Act(
            name="propose",
            label="Propose another date",
            run=_propose,
            capability=STAFF_DATES_EDIT,
            form=ProposeForm,
            offered=lambda row: row.status != DateStatus.SUPERSEDED,
            explanation=(
                "A second person approves it or sends it back. Once approved, the new date takes the place of this one "
                "for every centre, in lists, reminders and lateness. The old date stays readable with your reason."
            ),
        ),
    )
    list_display = ("when", "title", "series", "audience", "known", "standing")
    list_filter = ("series", "status", "confidence")
    show_facets = admin.ShowFacets.NEVER  # three filters with counts would cost more than the list itself
    search_fields = ("title", "key", "audience")
    ordering = ("on", "id")
    list_select_related = ("series",)
    fields = (
        "key",
        "series",
        "on",
        "title",
        "audience",
        "for_families",
        "for_levels",
        "consequence",
        "source",
        "quotation",
        "known",
        "status",
        "superseded_by",
        "changed_at",
        "changed_by",
        "reason",
    )
    readonly_fields = fields

    def key_date_of(self, row: KeyDate) -> KeyDate:
        return row

    def summary(self, request: HttpRequest) -> str:
        standing: QuerySet[KeyDate] = KeyDate.objects.exclude(status=DateStatus.SUPERSEDED)
        unsure = standing.exclude(confidence="source").count()
        return f"{count(standing.count(), 'date')} in force, {unsure:,} of them recalled or projected."

    @admin.display(description="Date", ordering="on")
    def when(self, row: KeyDate) -> str:
        return due_column(list_key_date(key_date=row, as_of=clock.now()))

    @admin.display(description="How it is known", ordering="confidence")
    def known(self, row: KeyDate) -> str:
        return tag_column("neutral" if row.confidence == "source" else "soon", KNOWN[row.confidence])

    @admin.display(description="Families of qualifications")
    def for_families(self, row: KeyDate) -> str:
        known = content().families
        return listed(known.get(code, code) for code in row.families) or "All"

    @admin.display(description="Levels")
    def for_levels(self, row: KeyDate) -> str:
        return listed(f"level {level}" for level in row.levels).capitalize() or "All"

    @admin.display(description="Status", ordering="status")
    def standing(self, row: KeyDate) -> str:
        if row.status == DateStatus.CONFIRMED:
            return tag_column("issued", "In force")
        return tag_column("neutral", row.get_status_display())


# --- the second person ---


def _approve(actor: Actor, rows: list[DateProposal], cleaned: dict[str, Any]) -> str:
    (proposal,) = rows
    told = approve_date(proposal=proposal, by=actor.user, at=actor.at)
    return (
        f"“{proposal.key_date.title}” is now {day(proposal.on)}. The old date is kept as superseded, and "
        f"{count(told, 'person is', 'people are')} told."
    )


def _return(actor: Actor, rows: list[DateProposal], cleaned: dict[str, Any]) -> str:
    (proposal,) = rows
    return_proposal(proposal=proposal, remark=cleaned["remark"], by=actor.user, at=actor.at)
    return f"Sent back. {day(proposal.key_date.on)} stays in force."


TONES = {ProposalStatus.OPEN: "claimed", ProposalStatus.APPROVED: "issued", ProposalStatus.RETURNED: "neutral"}


def _is_open(row: DateProposal) -> bool:
    return row.status == ProposalStatus.OPEN


@admin.register(DateProposal)
class DateProposalAdmin(AffectedAdmin):
    view_capability = STAFF_DATES_VIEW
    acts = (
        Act(
            name="approve",
            label="Approve this change",
            run=_approve,
            capability=STAFF_DATES_APPROVE,
            offered=_is_open,
            explanation="The new date is in force at once. You cannot approve what you proposed yourself.",
        ),
        Act(
            name="return",
            label="Send it back",
            run=_return,
            capability=STAFF_DATES_APPROVE,
            form=ReturnForm,
            offered=_is_open,
            explanation="The date in force stays. The proposer reads your remark here and may propose again.",
        ),
    )
    waiting_words = ("change of a key date waits for you", "changes of key dates wait for you")
    list_display = ("change", "title", "reason", "proposed_by", "standing")
    list_filter = ("status",)
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-id",)
    list_select_related = ("key_date", "proposed_by")
    fields = (
        "key_date",
        "on",
        "reason",
        "proposed_by",
        "proposed_at",
        "status",
        "decided_by",
        "decided_at",
        "remark",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[DateProposal]:
        return super().get_queryset(request).select_related("key_date", "proposed_by", "decided_by")

    def key_date_of(self, row: DateProposal) -> KeyDate:
        return row.key_date

    def waiting(self, request: HttpRequest) -> int:
        if not request.user.has_perm(STAFF_DATES_APPROVE):
            return 0
        return DateProposal.objects.filter(status=ProposalStatus.OPEN).exclude(proposed_by=request.user.pk).count()

    def acts_for(self, request: HttpRequest, row: Any = None) -> list[Act]:
        """Whoever proposed a change does not decide it."""
        own = row is not None and row.proposed_by_id == request.user.pk
        return [] if own else super().acts_for(request, row)

    def summary(self, request: HttpRequest) -> str:
        waiting = DateProposal.objects.filter(status=ProposalStatus.OPEN)
        others = waiting.exclude(proposed_by=request.user.pk)
        return f"{waiting.count():,} waiting for a second person, {others.count():,} of them proposed by somebody else."

    @admin.display(description="From and to", ordering="on")
    def change(self, row: DateProposal) -> str:
        return f"{day_plain(row.key_date.on)} to {day_plain(row.on)}"

    @admin.display(description="Date")
    def title(self, row: DateProposal) -> str:
        return row.key_date.title

    @admin.display(description="Status", ordering="status")
    def standing(self, row: DateProposal) -> str:
        return tag_column(TONES[ProposalStatus(row.status)], row.get_status_display())


# --- dates by spreadsheet ---


def _use(actor: Actor, rows: list[DateFile], cleaned: dict[str, Any]) -> str:
    (file,) = rows
    used = use_dates(file=file, by=actor.user, at=actor.at)
    if used.moved:
        words = count(used.moved, "row means", "rows mean")
        return f"Nothing was done: {words} something else than when you looked. Look again, then use the file."
    return (
        f"{count(used.new, 'new date waits', 'new dates wait')} and "
        f"{count(used.proposed, 'change waits', 'changes wait')} for a second person. "
        f"{count(used.refused, 'row')} left out."
    )


def _approve_file(actor: Actor, rows: list[DateFile], cleaned: dict[str, Any]) -> str:
    used = approve_new_dates(file=rows[0], by=actor.user, at=actor.at)
    if used.moved:
        words = count(used.moved, "row means", "rows mean")
        return f"Nothing was done: {words} something else than when you looked. Look again, then approve."
    return f"{count(used.new, 'date is', 'dates are')} in force."


def _return_file(actor: Actor, rows: list[DateFile], cleaned: dict[str, Any]) -> str:
    return_new_dates(file=rows[0], remark=cleaned["remark"], by=actor.user, at=actor.at)
    return "Sent back. No date was added."


def _discard(actor: Actor, rows: list[DateFile], cleaned: dict[str, Any]) -> str:
    discard_dates(file=rows[0], by=actor.user, at=actor.at)
    return "The file is discarded. No date was touched."


def _is_unused(row: DateFile) -> bool:
    return row.status == DateFileStatus.PREVIEW


def _is_to_decide(row: DateFile) -> bool:
    return row.status == DateFileStatus.WAITING


@admin.register(DateFile)
class DateFileAdmin(ActionAdmin):
    view_capability = STAFF_DATES_VIEW
    change_form_template = "admin/deadlines/date_file.html"
    change_list_template = "admin/deadlines/date_files.html"
    acts = (
        Act(
            name="use",
            label="Use the good rows",
            run=_use,
            capability=STAFF_DATES_EDIT,
            offered=_is_unused,
            explanation=("New dates and moved dates wait for a second person. Refused rows are left out."),
        ),
        Act(name="discard", label="Discard the file", run=_discard, capability=STAFF_DATES_EDIT, offered=_is_unused),
        Act(
            name="approve",
            label="Approve the new dates",
            run=_approve_file,
            capability=STAFF_DATES_APPROVE,
            offered=_is_to_decide,
            explanation=(
                "They are in force at once, for every centre. You cannot approve a file that you uploaded or used."
            ),
        ),
        Act(
            name="return",
            label="Send the new dates back",
            run=_return_file,
            capability=STAFF_DATES_APPROVE,
            form=ReturnForm,
            offered=_is_to_decide,
            explanation="No date is added. Whoever used the file reads your remark here and may upload another.",
        ),
    )
    list_display = ("filename", "received_at", "received_by", "status")
    ordering = ("-id",)
    list_select_related = ("received_by",)
    fields = ("filename", "received_at", "received_by", "status", "used_by", "decided_by", "remark")
    readonly_fields = fields

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.upload_view)
        sheet = self.admin_site.admin_view(self.template_view)
        return [
            path("upload/", view, name="deadlines_datefile_upload"),
            path("template/", sheet, name="deadlines_datefile_template"),
            *super().get_urls(),
        ]

    def template_view(self, request: HttpRequest) -> HttpResponse:
        """A sheet with the headings and no row."""
        if not request.user.has_perm(STAFF_DATES_EDIT):
            raise PermissionDenied
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="key-dates.csv"'
        csv.writer(response).writerow([column.heading for column in COLUMNS])
        return response

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        page = {"may_upload": request.user.has_perm(STAFF_DATES_EDIT)}
        return super().changelist_view(request, {**page, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self._row(request, object_id)
        page = {"preview": {name: [each for each in row.rows if each["outcome"] == name] for name in OUTCOMES}}
        return super().change_view(request, object_id, form_url, {**page, "ignored": row.ignored})

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Choose a file; faults of the file as a whole are told here, all at once."""
        if not request.user.has_perm(STAFF_DATES_EDIT):
            raise PermissionDenied
        form = DateFileForm(request.POST, request.FILES) if request.method == "POST" else DateFileForm()
        if form.is_bound and form.is_valid() and (file := self._received(request, form)):
            self.message_user(request, "Nothing is saved yet: look at what the file would do.", messages.INFO)
            return redirect("admin:deadlines_datefile_change", file.pk)
        page = {
            **self.admin_site.each_context(request),
            "title": UPLOAD.label,
            "opts": self.opts,
            "act": UPLOAD,
            "rows": [],
            "form": form,
            "back": "../",
            "columns": COLUMNS,
        }
        return TemplateResponse(request, "admin/deadlines/date_upload.html", page)

    def _received(self, request: HttpRequest, form: DateFileForm) -> DateFile | None:
        file = form.cleaned_data["file"]
        try:
            return receive_dates(filename=file.name, content=file.read(), by=request.user, at=clock.now())
        except Unreadable as unreadable:
            for fault in unreadable.faults:
                form.add_error("file", fault)
            return None


OUTCOMES = ("new", "changed", "unchanged", "refused")
UPLOAD = Act(
    name="upload",
    label="Upload key dates",
    run=lambda actor, rows, cleaned: "",
    capability=STAFF_DATES_EDIT,
    explanation=(
        "You see what the file would do before anything is kept. It adds dates and proposes moves; it edits nothing."
    ),
)
