"""Accounts of people, and what administrators do to them."""

from typing import Any

from django.contrib import admin

from portal import clock
from portal.accounts import actions as accounts
from portal.accounts.models import User
from portal.centres.rules import (
    STAFF_PEOPLE_MANAGE,
    STAFF_PEOPLE_VIEW,
    StaffRole,
)
from portal.people import actions
from portal.people.admin.pages import PeopleAdmin, only
from portal.people.forms import ReasonForm, ResetForm, StaffRoleForm
from portal.web.actor import Actor
from portal.web.admin import Act, tag_column


def _deactivate(actor: Actor, user: User, cleaned: dict[str, Any]) -> str:
    actions.deactivate(user=user, reason=cleaned["reason"], by=actor.user, at=actor.at)
    return f"The account of {user.name} is switched off. Its sessions have ended."


def _reactivate(actor: Actor, user: User, cleaned: dict[str, Any]) -> str:
    accounts.reactivate(user=user, by=actor.user, at=actor.at)
    return f"The account of {user.name} is switched on. They set a new password with “Forgotten your password?”."


def _reset_factor(actor: Actor, user: User, cleaned: dict[str, Any]) -> str:
    actions.ask_reset(centre=None, user=user, reason=cleaned["reason"], by=actor.user, at=actor.at, wall=clock.wall())
    return f"Asked. A second administrator confirms the reset for {user.name} within four hours."


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
            run=only(_give_staff_role),
            capability=STAFF_PEOPLE_MANAGE,
            form=StaffRoleForm,
            offered=lambda user: user.is_staff and user.is_active,
        ),
        Act(
            name="reset-factor",
            label="Reset the second step",
            run=only(_reset_factor),
            capability=STAFF_PEOPLE_MANAGE,
            form=ResetForm,
            offered=lambda user: user.is_active,
            explanation="A second administrator confirms it within four hours; nothing changes before. Then the app, "
            "the passkeys, the recovery codes and the password stop working, and a mail with a link lets the person "
            "start anew. Make sure that it is them before you ask.",
            danger=True,
        ),
        Act(
            name="deactivate",
            label="Switch the account off",
            run=only(_deactivate),
            capability=STAFF_PEOPLE_MANAGE,
            form=ReasonForm,
            offered=lambda user: user.is_active,
            explanation="Sessions end at once. What the person did stays on record.",
            danger=True,
        ),
        Act(
            name="reactivate",
            label="Switch the account on",
            run=only(_reactivate),
            capability=STAFF_PEOPLE_MANAGE,
            offered=lambda user: not user.is_active,
        ),
    ]

    @admin.display(description="Account")
    def state(self, user: User) -> str:
        return tag_column("neutral", "On") if user.is_active else tag_column("late", "Off")
