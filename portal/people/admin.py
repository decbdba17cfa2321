"""People and centres for staff: lists to read, and the acts of the administrator."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from portal import clock
from portal.accounts import actions as accounts
from portal.accounts.access import require_fresh
from portal.accounts.models import User
from portal.centres import actions as centres
from portal.centres.models import Centre, Membership, StaffMembership
from portal.centres.rules import (
    STAFF_CENTRES_MANAGE,
    STAFF_CENTRES_VIEW,
    STAFF_PEOPLE_MANAGE,
    STAFF_PEOPLE_VIEW,
    StaffRole,
)
from portal.errors import Refused
from portal.people import actions
from portal.people.forms import NewCentreForm, ReasonForm, StaffInviteForm, StaffRoleForm, first_days
from portal.people.models import Invitation
from portal.people.rules import InvitationState
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin, tag_column

Run = Callable[[Actor, list[Any], dict[str, Any]], str]
TONES = {
    InvitationState.OPEN: ("claimed", "Waiting"),
    InvitationState.ACCEPTED: ("issued", "Accepted"),
    InvitationState.REVOKED: ("neutral", "Withdrawn"),
    InvitationState.EXPIRED: ("late", "Run out"),
}


class PeopleAdmin(ActionAdmin):
    """Acts on people ask for the password again when it was given more than five minutes ago."""

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        return require_fresh(super().act_view)(request, object_id, name)

    def run_in_bulk(self, request: HttpRequest, queryset: QuerySet[Any], act: Act) -> HttpResponse:
        return require_fresh(super().run_in_bulk)(request, queryset, act)


class FormPageAdmin(PeopleAdmin):
    """A queue with one more page: a form that makes a row by one action."""

    page_name = ""
    page_label = ""
    page_capability = ""
    page_form: Any = None

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_{self.page_name}"
        view = self.admin_site.admin_view(require_fresh(self.page_view))
        return [path(f"{self.page_name}/", view, name=name), *super().get_urls()]

    def page_view(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(self.page_capability):
            raise PermissionDenied
        form = self.page_form(request.POST or None, initial=first_days(clock.london_date(clock.now())))
        if request.method == "POST" and form.is_valid() and self._made(request, form):
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        page = {
            **self.admin_site.each_context(request),
            "title": self.page_label,
            "opts": self.opts,
            "act": Act(name=self.page_name, label=self.page_label, run=_nothing, capability=self.page_capability),
            "rows": [],
            "form": form,
            "back": "../",
        }
        return TemplateResponse(request, self.act_template, page)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        label = self.page_label if request.user.has_perm(self.page_capability) else ""
        page = {"page_label": label, "page_url": f"{self.page_name}/"}
        return super().changelist_view(request, {**page, **(extra_context or {})})

    def _made(self, request: HttpRequest, form: Any) -> bool:
        try:
            self.message_user(request, self.make(Actor(request.user, None, clock.now()), form))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return False
        return True

    def make(self, actor: Actor, form: Any) -> str:
        """Call the action and return the sentence that says what was done."""
        raise NotImplementedError


def _nothing(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    return ""


def _only(act: Callable[[Actor, Any, dict[str, Any]], str]) -> Run:
    """An act on the one row of its page."""
    return lambda actor, rows, cleaned: act(actor, rows[0], cleaned)


# --- people ---


def _deactivate(actor: Actor, user: User, cleaned: dict[str, Any]) -> str:
    actions.deactivate(user=user, reason=cleaned["reason"], by=actor.user, at=actor.at)
    return f"The account of {user.name} is switched off. Its sessions have ended."


def _reactivate(actor: Actor, user: User, cleaned: dict[str, Any]) -> str:
    accounts.reactivate(user=user, by=actor.user, at=actor.at)
    return f"The account of {user.name} is switched on. They set a new password with “Forgotten your password?”."


def _reset_factor(actor: Actor, user: User, cleaned: dict[str, Any]) -> str:
    actions.reset_factor(user=user, reason=cleaned["reason"], by=actor.user, at=actor.at)
    return f"The second step of {user.name} is reset, and a mail tells them so."


def _give_staff_role(actor: Actor, user: User, cleaned: dict[str, Any]) -> str:
    role = StaffRole(cleaned["role"])
    days = {"from_on": cleaned["from_on"], "to_on": cleaned["to_on"]}
    actions.give_staff_role(user=user, role=role, by=actor.user, at=actor.at, **days)
    return f"{user.name} is {role.label} too, and has been told by mail."


@admin.register(User)
class UserAdmin(PeopleAdmin):
    list_display = ["name", "email", "is_staff", "state", "last_seen_at"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["name", "=email"]
    ordering = ["name", "id"]
    fields = ["name", "email", "is_staff", "is_active", "joined_at", "last_login", "last_seen_at"]
    view_capability = STAFF_PEOPLE_VIEW
    acts = [
        Act(
            name="give-role",
            label="Give a staff role",
            run=_only(_give_staff_role),
            capability=STAFF_PEOPLE_MANAGE,
            form=StaffRoleForm,
            offered=lambda user: user.is_staff and user.is_active,
        ),
        Act(
            name="reset-factor",
            label="Reset the second step",
            run=_only(_reset_factor),
            capability=STAFF_PEOPLE_MANAGE,
            form=ReasonForm,
            offered=lambda user: user.is_active,
            explanation="The authenticator app, the recovery codes and the password stop working. The person sets a "
            "new password by mail and then a new app. Make sure that it is them before you do this.",
            danger=True,
        ),
        Act(
            name="deactivate",
            label="Switch the account off",
            run=_only(_deactivate),
            capability=STAFF_PEOPLE_MANAGE,
            form=ReasonForm,
            offered=lambda user: user.is_active,
            explanation="Sessions end at once. What the person did stays on record.",
            danger=True,
        ),
        Act(
            name="reactivate",
            label="Switch the account on",
            run=_only(_reactivate),
            capability=STAFF_PEOPLE_MANAGE,
            offered=lambda user: not user.is_active,
        ),
    ]

    @admin.display(description="Account")
    def state(self, user: User) -> str:
        return tag_column("neutral", "On") if user.is_active else tag_column("late", "Off")


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
        Act("send-again", "Send again", _only(_send_again), STAFF_PEOPLE_MANAGE, offered=_is_waiting),
        Act("revoke", "Withdraw", _only(_revoke), STAFF_PEOPLE_MANAGE, offered=_is_waiting),
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


# --- centres and roles ---


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
            run=_only(_suspend),
            capability=STAFF_CENTRES_MANAGE,
            offered=lambda centre: centre.suspended_at is None,
            explanation="Nobody can act for the centre until it is restored. What it did stays.",
            danger=True,
        ),
        Act(
            name="restore",
            label="Restore",
            run=_only(_restore),
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
            run=_only(_end_staff_role),
            capability=STAFF_PEOPLE_MANAGE,
            explanation="It ends at once: the next page is refused.",
            danger=True,
        )
    ]
