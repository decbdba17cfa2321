"""Resets of second steps that wait for a second administrator."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from portal import clock
from portal.accounts.rules import RESET_REASONS
from portal.centres.rules import (
    STAFF_PEOPLE_MANAGE,
    STAFF_PEOPLE_VIEW,
)
from portal.people import actions
from portal.people.admin.pages import PeopleAdmin, only
from portal.people.models import FactorReset
from portal.people.queries import resets_to_confirm
from portal.people.rules import ResetState
from portal.web.actor import Actor
from portal.web.admin import Act, tag_column
from portal.web.words import moment

RESET_TONES = {
    ResetState.OPEN: ("claimed", "Waiting"),
    ResetState.CONFIRMED: ("issued", "Confirmed"),
    ResetState.WITHDRAWN: ("neutral", "Withdrawn"),
    ResetState.EXPIRED: ("late", "Run out"),
}


def _confirm_reset(actor: Actor, reset: FactorReset, cleaned: dict[str, Any]) -> str:
    actions.confirm_reset(reset=reset, by=actor.user, at=actor.at, wall=clock.wall())
    return f"Confirmed. {reset.user.name} has a mail with a link and can start anew."


def _withdraw_reset(actor: Actor, reset: FactorReset, cleaned: dict[str, Any]) -> str:
    actions.withdraw_reset(reset=reset, by=actor.user, at=actor.at, wall=clock.wall())
    return f"Withdrawn. Nothing has changed for {reset.user.name}."


def _may_still_be_confirmed(reset: FactorReset) -> bool:
    return reset.confirmed_at is None and reset.withdrawn_at is None


@admin.register(FactorReset)
class FactorResetAdmin(PeopleAdmin):
    """A lost second step: another administrator than the one who asked confirms it."""

    list_display = ["user", "centre", "asked_by", "asked_at", "state_tag"]
    list_select_related = ["user", "centre", "asked_by"]
    search_fields = ["user__name", "=user__email", "=centre__number"]
    ordering = ["-id"]
    view_capability = STAFF_PEOPLE_VIEW
    waiting_words = (
        "reset of a second step waits for you to confirm it",
        "resets of second steps wait for you to confirm them",
    )
    fields = ("user", "centre", "why", "state_tag", "asked_by", "asked_when", "runs_out", "decided")
    readonly_fields = fields
    acts = [
        Act(
            "confirm",
            "Confirm the reset",
            only(_confirm_reset),
            STAFF_PEOPLE_MANAGE,
            offered=_may_still_be_confirmed,
            explanation="Every factor and session of the person ends, and a mail with a one-time link goes to them. "
            "Speak to the person or to whoever asked before you do this.",
            danger=True,
        ),
        Act("withdraw", "Withdraw", only(_withdraw_reset), STAFF_PEOPLE_MANAGE, offered=_may_still_be_confirmed),
    ]

    def waiting(self, request: HttpRequest) -> int:
        if not request.user.has_perm(STAFF_PEOPLE_MANAGE):
            return 0
        return len(resets_to_confirm(user=request.user, on=clock.london_date(clock.now()), wall=clock.wall()))

    @admin.display(description="What has happened")
    def why(self, reset: FactorReset) -> str:
        return RESET_REASONS[reset.reason]

    @admin.display(description="Asked")
    def asked_when(self, reset: FactorReset) -> str:
        return moment(reset.asked_at)

    @admin.display(description="To be confirmed by")
    def runs_out(self, reset: FactorReset) -> str:
        """On the day that everybody else reads: what is left of the real hours, counted from now."""
        return moment(clock.now() + (reset.expires_at - clock.wall()))

    @admin.display(description="Decided")
    def decided(self, reset: FactorReset) -> str:
        for at, by in ((reset.confirmed_at, reset.confirmed_by), (reset.withdrawn_at, reset.withdrawn_by)):
            if at and by:
                return f"{moment(at)}, by {by.name}"
        return "Not yet"

    @admin.display(description="State")
    def state_tag(self, reset: FactorReset) -> str:
        return tag_column(*RESET_TONES[reset.state(wall=clock.wall())])
