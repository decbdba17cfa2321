"""The staff's list of programmes, and their release after standards verification."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from portal.centres.rules import STAFF_RELEASE
from portal.learners.actions import release_programme, release_programmes
from portal.learners.models import Programme
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin, tag_column
from portal.web.words import count, day


def _release(actor: Actor, rows: list[Programme], cleaned: dict[str, Any]) -> str:
    if len(rows) == 1:
        release_programme(programme=rows[0], by=actor.user, at=actor.at)
        return f"{rows[0]} is released."
    return f"{count(release_programmes(programmes=rows, by=actor.user, at=actor.at), 'programme')} released."


def _waits(programme: Programme) -> bool:
    return programme.needs_release and programme.released_at is None


class ReleaseFilter(admin.SimpleListFilter):
    title = "release"
    parameter_name = "release"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", "Waiting for verification"), ("released", "Released"), ("free", "Needs none")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Programme]) -> QuerySet[Programme]:
        chosen: dict[str, dict[str, Any]] = {
            "waiting": {"needs_release": True, "released_at": None},
            "released": {"released_at__isnull": False},
            "free": {"needs_release": False},
        }
        return queryset.filter(**chosen.get(self.value() or "", {}))


@admin.register(Programme)
class ProgrammeAdmin(ActionAdmin):
    view_capability = STAFF_RELEASE
    acts = (
        Act(
            "release",
            "Release",
            _release,
            STAFF_RELEASE,
            bulk=True,
            offered=_waits,
            explanation="Standards verification is finished: the centre may claim for learners on the programme.",
        ),
    )
    list_display = ("programme", "at_centre", "learners", "stands", "released")
    list_filter = (ReleaseFilter,)
    search_fields = ("centre__number", "centre__name", "qualification__title", "qualification__code")
    search_help_text = "Centre number or name, qualification"
    list_select_related = ("centre", "qualification", "released_by")
    fields = ("programme", "at_centre", "learners", "stands", "released")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Programme]:
        rows = super().get_queryset(request).annotate(registered=Count("registrations"))
        return rows.order_by("centre__number", "qualification__title", "pk")

    def summary(self, request: HttpRequest) -> str:
        waiting = Programme.objects.filter(needs_release=True, released_at=None).count()
        return f"{count(waiting, 'programme')} waiting for standards verification."

    @admin.display(description="Programme", ordering="qualification__title")
    def programme(self, row: Programme) -> str:
        return str(row.qualification)

    @admin.display(description="Centre", ordering="centre__number")
    def at_centre(self, row: Programme) -> str:
        return str(row.centre)

    @admin.display(description="Learners", ordering="registered")
    def learners(self, row: Programme) -> int:
        return row.registered  # type: ignore[attr-defined]

    @admin.display(description="Stands")
    def stands(self, row: Programme) -> str:
        if _waits(row):
            return tag_column("soon", "Waiting")
        return tag_column("issued", "Released") if row.released_at else tag_column("neutral", "No release needed")

    @admin.display(description="Released on", ordering="released_at")
    def released(self, row: Programme) -> str:
        return f"{day(row.released_at)}, by {row.released_by}" if row.released_at else ""
