"""Resets of second steps that wait for a second administrator."""

from typing import Any

from django.contrib import admin

from portal import clock
from portal.centres.rules import (
    STAFF_PEOPLE_MANAGE,
    STAFF_PEOPLE_VIEW,
)
from portal.people import actions
from portal.people.admin.pages import PeopleAdmin, only
from portal.people.models import FactorReset
from portal.people.rules import ResetState
from portal.web.actor import Actor
from portal.web.admin import Act, tag_column

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

    @admin.display(description="State")
    def state_tag(self, reset: FactorReset) -> str:
        return tag_column(*RESET_TONES[reset.state(wall=clock.wall())])
