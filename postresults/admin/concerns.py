"""Concerns about cohorts, each as one picture."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from portal import clock
from portal.centres.rules import STAFF_CASES_VIEW
from portal.web.actor import Actor
from portal.web.admin import ActionAdmin
from portal.web.words import moment
from postresults.models import Concern
from postresults.queries.concerns import picture
from postresults.rules.boundaries import bands
from postresults.rules.chart import draw


@admin.register(Concern)
class ConcernAdmin(ActionAdmin):
    view_capability = STAFF_CASES_VIEW
    change_form_template = "admin/postresults/concern.html"
    list_display = ("about", "centre", "raised", "asked", "answered")
    list_select_related = ("unit", "series", "centre")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Concern]:
        counts = {"total": Count("requests"), "open": Count("requests", filter=Q(requests__live=True))}
        rows = super().get_queryset(request).select_related("unit", "series", "centre", "by")
        return rows.annotate(**counts).order_by("-pk")

    @admin.display(description="About")
    def about(self, row: Concern) -> str:
        return f"{row.unit}, {row.series}"

    @admin.display(description="Raised", ordering="at")
    def raised(self, row: Concern) -> str:
        return moment(row.at)

    @admin.display(description="Requests", ordering="total")
    def asked(self, row: Any) -> int:
        return int(row.total)

    @admin.display(description="Still open", ordering="open")
    def answered(self, row: Any) -> int:
        return int(row.open)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self._row(request, object_id)
        seen = picture(concern=row, actor=Actor(user=request.user, centre=None, at=clock.now()))
        page = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Concern about {row.unit}",
            "concern": row,
            "picture": seen,
            **_drawn(seen.cohort),
        }
        return TemplateResponse(request, self.change_form_template, page)


def _drawn(cohort: Any) -> dict[str, Any]:
    """The chart and its table, where there are marks to draw."""
    if cohort is None or not cohort.marks:
        return {"cohort": cohort}
    numbers = {"max_mark": cohort.max_mark}
    return {
        "cohort": cohort,
        "chart": draw(cohort.marks, cohort.steps, **numbers),
        "bands": bands(cohort.marks, cohort.steps, unclassified=cohort.unclassified, **numbers) if cohort.steps else [],
    }
