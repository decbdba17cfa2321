"""Centres, and who has which role."""

from typing import Any

from django.contrib import admin

from portal import clock
from portal.centres import actions as centres
from portal.centres.models import Centre, Membership, StaffMembership
from portal.centres.rules import (
    STAFF_CENTRES_MANAGE,
    STAFF_CENTRES_VIEW,
    STAFF_PEOPLE_MANAGE,
    STAFF_PEOPLE_VIEW,
)
from portal.people import actions
from portal.people.admin.pages import FormPageAdmin, PeopleAdmin, only
from portal.people.forms import NewCentreForm
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin


def _suspend(actor: Actor, centre: Centre, cleaned: dict[str, Any]) -> str:
    actions.suspend_centre(centre=centre, by=actor.user, at=actor.at)
    return f"{centre} is suspended. Nobody can act for it."


def _restore(actor: Actor, centre: Centre, cleaned: dict[str, Any]) -> str:
    centres.restore(centre=centre, by=actor.user, at=actor.at)
    return f"{centre} may act again."


@admin.register(Centre)
class CentreAdmin(FormPageAdmin):
    list_display = ["number", "name", "nation", "kind", "suspended_at"]
    list_filter = ["nation", "kind"]
    search_fields = ["=number", "name"]
    ordering = ["number"]
    view_capability = STAFF_CENTRES_VIEW
    page_name, page_label = "new", "Add a centre"
    page_capability, page_form = STAFF_CENTRES_MANAGE, NewCentreForm
    acts = [
        Act(
            name="suspend",
            label="Suspend",
            run=only(_suspend),
            capability=STAFF_CENTRES_MANAGE,
            offered=lambda centre: centre.suspended_at is None,
            explanation="Nobody can act for the centre until it is restored. What it did stays.",
            danger=True,
        ),
        Act(
            name="restore",
            label="Restore",
            run=only(_restore),
            capability=STAFF_CENTRES_MANAGE,
            offered=lambda centre: centre.suspended_at is not None,
        ),
    ]

    def make(self, actor: Actor, form: Any) -> str:
        centre = actions.add_centre(**form.cleaned_data, by=actor.user, at=actor.at, wall=clock.wall())
        return f"{centre} is added, and its head invited."


@admin.register(Membership)
class MembershipAdmin(ActionAdmin):
    """Who works for which centre. The centre's head changes it."""

    list_display = ["user", "centre", "role", "from_on", "to_on"]
    list_filter = ["role"]
    list_select_related = ["user", "centre"]
    search_fields = ["user__name", "=user__email", "=centre__number"]
    ordering = ["centre__number", "id"]
    view_capability = STAFF_PEOPLE_VIEW


def _end_staff_role(actor: Actor, membership: StaffMembership, cleaned: dict[str, Any]) -> str:
    actions.end_staff_role(membership=membership, by=actor.user, at=actor.at)
    return f"The role has ended: {membership}."


@admin.register(StaffMembership)
class StaffMembershipAdmin(PeopleAdmin):
    list_display = ["user", "role", "from_on", "to_on"]
    list_filter = ["role"]
    list_select_related = ["user"]
    search_fields = ["user__name", "=user__email"]
    ordering = ["user__name", "id"]
    view_capability = STAFF_PEOPLE_VIEW
    acts = [
        Act(
            name="end",
            label="End the role",
            run=only(_end_staff_role),
            capability=STAFF_PEOPLE_MANAGE,
            explanation="It ends at once: the next page is refused.",
            danger=True,
        )
    ]
