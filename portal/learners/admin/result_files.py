"""Results by file: uploaded, looked at row by row, used or discarded."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from portal import clock
from portal.centres.rules import STAFF_RESULTS_LOAD, STAFF_RESULTS_VIEW
from portal.intake.rules import Unreadable
from portal.learners.actions import discard_results, receive_results, use_results
from portal.learners.forms import ResultFileForm
from portal.learners.models import ResultFile, ResultFileStatus
from portal.learners.rules.result_sheets import COLUMNS, TITLES
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin
from portal.web.words import count

OUTCOMES = ("new", "unchanged", "refused")
SHOWN = 200
UPLOAD = Act(
    name="upload",
    label="Upload results",
    run=lambda actor, rows, cleaned: "",
    capability=STAFF_RESULTS_LOAD,
    explanation=(
        "You see what the file would do before anything is kept. Results show to nobody before the moments of their "
        "series and level; a result that stands is never changed by a file."
    ),
)


def _use(actor: Actor, rows: list[ResultFile], cleaned: dict[str, Any]) -> str:
    done = use_results(file=rows[0], by=actor.user, at=actor.at)
    if done.moved:
        return f"Nothing is loaded: {count(done.moved, 'row')} would do something else by now. Look at the file again."
    return f"{count(done.new, 'row')} loaded, {count(done.refused, 'row')} left out."


def _discard(actor: Actor, rows: list[ResultFile], cleaned: dict[str, Any]) -> str:
    discard_results(file=rows[0], by=actor.user, at=actor.at)
    return "The file is discarded."


def _is_waiting(file: ResultFile) -> bool:
    return file.status == ResultFileStatus.PREVIEW


@admin.register(ResultFile)
class ResultFileAdmin(ActionAdmin):
    view_capability = STAFF_RESULTS_VIEW
    change_list_template = "admin/learners/result_files.html"
    change_form_template = "admin/learners/result_file.html"
    acts = (
        Act(
            name="use",
            label="Load the new rows",
            run=_use,
            capability=STAFF_RESULTS_LOAD,
            offered=_is_waiting,
            explanation="New rows are loaded for every centre at once. Refused rows are left out.",
        ),
        Act(name="discard", label="Discard the file", run=_discard, capability=STAFF_RESULTS_LOAD, offered=_is_waiting),
    )
    list_display = ("filename", "what", "received_at", "received_by", "status")
    ordering = ("-id",)
    list_select_related = ("received_by",)
    fields = ("filename", "what", "received_at", "received_by", "status")
    readonly_fields = fields

    @admin.display(description="Holds")
    def what(self, row: ResultFile) -> str:
        return TITLES.get(row.kind, row.kind)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.upload_view)
        return [path("upload/", view, name="learners_resultfile_upload"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        page = {"may_upload": request.user.has_perm(STAFF_RESULTS_LOAD)}
        return super().changelist_view(request, {**page, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self._row(request, object_id)
        by_outcome = {name: [each for each in row.rows if each["outcome"] == name] for name in OUTCOMES}
        page = {
            "preview": {name: rows[:SHOWN] for name, rows in by_outcome.items()},
            "counts": {name: len(rows) for name, rows in by_outcome.items()},
            "ignored": row.ignored,
        }
        return super().change_view(request, object_id, form_url, page)

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Choose a file; faults of the file as a whole are told here, all at once."""
        if not request.user.has_perm(STAFF_RESULTS_LOAD):
            raise PermissionDenied
        form = ResultFileForm(request.POST, request.FILES) if request.method == "POST" else ResultFileForm()
        if form.is_bound and form.is_valid() and (file := self._received(request, form)):
            self.message_user(request, "Nothing is loaded yet: look at what the file would do.", messages.INFO)
            return redirect("admin:learners_resultfile_change", file.pk)
        page = {
            **self.admin_site.each_context(request),
            "title": UPLOAD.label,
            "opts": self.opts,
            "act": UPLOAD,
            "rows": [],
            "form": form,
            "back": "../",
            "sheets": [(title, COLUMNS[kind]) for kind, title in TITLES.items()],
        }
        return TemplateResponse(request, "admin/learners/result_upload.html", page)

    def _received(self, request: HttpRequest, form: ResultFileForm) -> ResultFile | None:
        file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
        try:
            return receive_results(kind=kind, filename=file.name, content=file.read(), by=request.user, at=clock.now())
        except Unreadable as unreadable:
            for fault in unreadable.faults:
                form.add_error("file", fault)
            return None
