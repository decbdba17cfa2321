"""Invitations, to centres and of staff."""

from typing import Any

from django.contrib import admin

from portal import clock
from portal.centres.rules import (
    STAFF_PEOPLE_MANAGE,
    STAFF_PEOPLE_VIEW,
)
from portal.people import actions
from portal.people.admin.pages import FormPageAdmin, only
from portal.people.forms import StaffInviteForm
from portal.people.models import Invitation
from portal.people.rules import InvitationState
from portal.web.actor import Actor
from portal.web.admin import Act, tag_column

TONES = {
    InvitationState.OPEN: ("claimed", "Waiting"),
    InvitationState.ACCEPTED: ("issued", "Accepted"),
    InvitationState.REVOKED: ("neutral", "Withdrawn"),
    InvitationState.EXPIRED: ("late", "Run out"),
}


def _send_again(actor: Actor, invitation: Invitation, cleaned: dict[str, Any]) -> str:
    actions.send_again(invitation=invitation, by=actor.user, at=actor.at, wall=clock.wall())
    return f"{invitation.name} has a new link. The old one no longer works."


def _revoke(actor: Actor, invitation: Invitation, cleaned: dict[str, Any]) -> str:
    actions.revoke(invitation=invitation, by=actor.user, at=actor.at, wall=clock.wall())
    return f"The invitation of {invitation.name} is withdrawn."


def _is_waiting(invitation: Invitation) -> bool:
    return invitation.accepted_at is None and invitation.revoked_at is None


@admin.register(Invitation)
class InvitationAdmin(FormPageAdmin):
    """Everybody who was asked in. Staff are invited here, people of centres by their head."""

    list_display = ["name", "email", "place", "role_words", "state_tag", "created_at", "expires_at"]
    list_select_related = ["centre"]
    search_fields = ["name", "=email", "=centre__number"]
    ordering = ["-id"]
    exclude = ["digest"]
    view_capability = STAFF_PEOPLE_VIEW
    page_name, page_label = "invite", "Invite a member of staff"
    page_capability, page_form = STAFF_PEOPLE_MANAGE, StaffInviteForm
    acts = [
        Act("send-again", "Send again", only(_send_again), STAFF_PEOPLE_MANAGE, offered=_is_waiting),
        Act("revoke", "Withdraw", only(_revoke), STAFF_PEOPLE_MANAGE, offered=_is_waiting),
    ]

    def make(self, actor: Actor, form: Any) -> str:
        cleaned = form.cleaned_data
        invitation = actions.invite(
            centre=None,
            email=cleaned["email"],
            name=cleaned["name"],
            role=form.chosen_role(),
            from_on=cleaned["from_on"],
            to_on=cleaned["to_on"],
            by=actor.user,
            at=actor.at,
            wall=clock.wall(),
        )
        return f"{invitation.name} is invited. The link in the mail works for 72 hours."

    @admin.display(description="State")
    def state_tag(self, invitation: Invitation) -> str:
        return tag_column(*TONES[invitation.state(wall=clock.wall())])
