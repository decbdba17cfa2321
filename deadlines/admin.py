"""Key dates for staff: read, and moved by superseding."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from deadlines.actions import supersede_key_date
from deadlines.forms import SupersedeForm
from deadlines.models import DateStatus, KeyDate
from deadlines.queries import list_key_date
from portal import clock
from portal.centres.rules import STAFF_DATES_EDIT, STAFF_DATES_VIEW
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin, due_column, tag_column
from portal.web.words import day


def _move(actor: Actor, rows: list[KeyDate], cleaned: dict[str, Any]) -> str:
    on: date = cleaned["on"]
    (current,) = rows
    moved = supersede_key_date(key_date=current, on=on, reason=cleaned["reason"], by=actor.user, at=actor.at)
    return f"“{moved.title}” is now {day(moved.on)}. The old date, {day(current.on)}, is kept as superseded."


@admin.register(KeyDate)
class KeyDateAdmin(ActionAdmin):
    view_capability = STAFF_DATES_VIEW
    acts = (
        Act(
            name="supersede",
            label="Move this date",
            run=_move,
            capability=STAFF_DATES_EDIT,
            form=SupersedeForm,
            offered=lambda row: row.status != DateStatus.SUPERSEDED,
            explanation=(
                "The new date takes the place of this one for every centre, in lists, reminders and lateness. The old "
                "date stays readable with your reason. Reminders that have not left yet are planned anew."
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
        "families",
        "levels",
        "consequence",
        "source",
        "quotation",
        "confidence",
        "status",
        "superseded_by",
        "changed_at",
        "changed_by",
        "reason",
    )
    readonly_fields = fields

    def summary(self, request: HttpRequest) -> str:
        standing: QuerySet[KeyDate] = KeyDate.objects.exclude(status=DateStatus.SUPERSEDED)
        unsure = standing.exclude(confidence="source").count()
        return f"{standing.count()} dates in force, {unsure} of them recalled or projected."

    @admin.display(description="Date", ordering="on")
    def when(self, row: KeyDate) -> str:
        return due_column(list_key_date(key_date=row, as_of=clock.now()))

    @admin.display(description="How it is known", ordering="confidence")
    def known(self, row: KeyDate) -> str:
        return tag_column("neutral" if row.confidence == "source" else "soon", row.confidence.capitalize())

    @admin.display(description="Status", ordering="status")
    def standing(self, row: KeyDate) -> str:
        if row.status == DateStatus.CONFIRMED:
            return tag_column("issued", "In force")
        return tag_column("neutral", row.get_status_display())
