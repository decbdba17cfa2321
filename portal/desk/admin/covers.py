"""Who covers for whom: seen by all staff, recorded by whoever is away or by an administrator."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from portal import clock
from portal.centres.rules import STAFF_DESK, STAFF_PEOPLE_MANAGE
from portal.desk import actions
from portal.desk.forms import CoverForm
from portal.desk.models import Cover
from portal.web.actor import Actor
from portal.web.admin import Act, tag_column
from portal.web.form_pages import FormPage
from portal.web.words import count, day


def _today() -> Any:
    return clock.london_date(clock.now())


def _over(row: Cover) -> bool:
    return row.ended_at is not None or row.to_on < _today()


def _end(actor: Actor, rows: list[Cover], cleaned: dict[str, Any]) -> str:
    actions.end_cover(cover=rows[0], by=actor.user, at=actor.at)
    return f"{rows[0].cover.name} covers for {rows[0].away.name} no longer."


@admin.register(Cover)
class CoverAdmin(FormPage):
    view_capability = STAFF_DESK
    page_name, page_label = "record", "Record cover for an absence"
    page_capability, page_form = STAFF_DESK, CoverForm
    page_explanation = (
        "While you are away, what you look after also shows in your colleague’s “Mine”, and messages to you also go "
        "to them. Nothing changes hands: it ends by itself. A colleague who may not work on a case still may not."
    )
    acts = (
        Act(
            "end",
            "End this cover",
            _end,
            STAFF_DESK,
            offered=lambda row: not _over(row),
            explanation="It ends at once. What was done meanwhile stays.",
        ),
    )
    list_display = ("who_is_away", "who_covers", "first_day", "last_day", "stands")
    search_fields = ("away__name", "cover__name")
    search_help_text = "Name"
    fields = (*list_display, "recorded")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cover]:
        return super().get_queryset(request).select_related("away", "cover", "recorded_by").order_by("-to_on", "pk")

    def summary(self, request: HttpRequest) -> str:
        away = Cover.objects.in_force(on=_today()).count()
        return f"{count(away, 'colleague')} covered for today." if away else "Nobody is covered for today."

    def acts_for(self, request: HttpRequest, row: Any = None) -> list[Act]:
        mine = row is None or row.away_id == request.user.pk or request.user.has_perm(STAFF_PEOPLE_MANAGE)
        return super().acts_for(request, row) if mine else []

    def blank_form(self, request: HttpRequest) -> CoverForm:
        for_others = request.user.has_perm(STAFF_PEOPLE_MANAGE)
        return CoverForm(request.POST or None, user=request.user, for_others=for_others)

    def make(self, actor: Actor, form: Any) -> str:
        row = actions.record_cover(**form.cleaned_data, by=actor.user, at=actor.at)
        return f"{row.cover.name} covers for {row.away.name} {row.days.words}, and is told."

    @admin.display(description="Away", ordering="away__name")
    def who_is_away(self, row: Cover) -> str:
        return row.away.name

    @admin.display(description="Covered by", ordering="cover__name")
    def who_covers(self, row: Cover) -> str:
        return row.cover.name

    @admin.display(description="First day", ordering="from_on")
    def first_day(self, row: Cover) -> str:
        return day(row.from_on)

    @admin.display(description="Last day", ordering="to_on")
    def last_day(self, row: Cover) -> str:
        return day(row.to_on)

    @admin.display(description="Now")
    def stands(self, row: Cover) -> str:
        if _over(row):
            return tag_column("neutral", "Ended" if row.ended_at else "Over")
        return tag_column("soon", "Away") if row.from_on <= _today() else tag_column("claimed", "To come")

    @admin.display(description="Recorded")
    def recorded(self, row: Cover) -> str:
        return f"By {row.recorded_by.name}, {day(row.recorded_at)}"
