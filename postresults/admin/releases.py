"""When results come out: set from the key dates, and moved while nobody has seen them."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from portal import clock
from portal.centres.rules import STAFF_RESULTS_LOAD, STAFF_RESULTS_VIEW
from portal.errors import Refused
from portal.learners.models import ResultRelease
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin, tag_column
from portal.web.words import count, moment
from postresults.actions import propose_moments, seed_releases
from postresults.forms import MomentsForm, SeedForm

SEED = Act(
    name="seed",
    label="Set the moments of a series",
    run=lambda actor, rows, cleaned: "",
    capability=STAFF_RESULTS_LOAD,
    explanation=(
        "Every results day among the key dates sets the moments of its levels: candidates at 8am of the day, heads "
        "and exams officers at 8am of the day before."
    ),
)


def _move(actor: Actor, rows: list[ResultRelease], cleaned: dict[str, Any]) -> str:
    propose_moments(release=rows[0], by=actor.user, at=actor.at, **cleaned)
    return "Proposed. The moments stay until a second person approves."


@admin.register(ResultRelease)
class ResultReleaseAdmin(ActionAdmin):
    view_capability = STAFF_RESULTS_VIEW
    change_list_template = "admin/postresults/releases.html"
    acts = (
        Act(
            name="move",
            label="Propose other moments",
            run=_move,
            capability=STAFF_RESULTS_LOAD,
            form=MomentsForm,
            offered=lambda row: row.told_at is None,
            explanation="A second person approves. A moment that has passed cannot move: people have seen the results.",
        ),
    )
    list_display = ("of", "centres", "candidates", "loaded", "stands", "source")
    list_select_related = ("series",)
    fields = ("of", "centres", "candidates", "loaded", "stands", "source")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[ResultRelease]:
        return super().get_queryset(request).annotate(held=Count("results")).order_by("-series", "level")

    @admin.display(description="Results of", ordering="series")
    def of(self, row: ResultRelease) -> str:
        return str(row)

    @admin.display(description="To heads and exams officers", ordering="to_centres_at")
    def centres(self, row: ResultRelease) -> str:
        return moment(row.to_centres_at)

    @admin.display(description="To candidates", ordering="to_candidates_at")
    def candidates(self, row: ResultRelease) -> str:
        return moment(row.to_candidates_at)

    @admin.display(description="Results loaded", ordering="held")
    def loaded(self, row: ResultRelease) -> int:
        return row.held  # type: ignore[attr-defined]

    @admin.display(description="Stands")
    def stands(self, row: ResultRelease) -> str:
        if row.told_at:
            return tag_column("issued", "Out")
        return tag_column("soon", "Restricted") if row.to_centres_at <= clock.now() else tag_column("neutral", "Held")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.seed_view)
        return [path("seed/", view, name="learners_resultrelease_seed"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        page = {"may_seed": request.user.has_perm(STAFF_RESULTS_LOAD)}
        return super().changelist_view(request, {**page, **(extra_context or {})})

    def seed_view(self, request: HttpRequest) -> HttpResponse:
        """Choose a series; its results days set the moments of its levels."""
        if not request.user.has_perm(STAFF_RESULTS_LOAD):
            raise PermissionDenied
        form = SeedForm(request.POST) if request.method == "POST" else SeedForm()
        if form.is_bound and form.is_valid() and self._seeded(request, form):
            return redirect("admin:learners_resultrelease_changelist")
        page = {
            **self.admin_site.each_context(request),
            "title": SEED.label,
            "opts": self.opts,
            "act": SEED,
            "rows": [],
            "form": form,
            "back": "../",
        }
        return TemplateResponse(request, "admin/act.html", page)

    def _seeded(self, request: HttpRequest, form: SeedForm) -> bool:
        try:
            made = seed_releases(series=form.cleaned_data["series"], by=request.user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
            return False
        self.message_user(request, f"The moments of {count(len(made), 'level')} are set.", messages.SUCCESS)
        return True
