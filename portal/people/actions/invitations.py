"""Asking people in by mail, and what they answer."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from portal import clock
from portal.accounts import actions as accounts
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.centres import actions as centres
from portal.centres.models import Centre, Membership, StaffMembership
from portal.centres.rules import Role, StaffRole
from portal.errors import Refused
from portal.notices.actions import queue
from portal.people.actions.resets import withdraw_resets
from portal.people.models import FactorReset, Invitation, InvitationQuerySet
from portal.people.queries import may_invite
from portal.people.rules import SENTENCES, VALID_FOR, InvitationState, digest, new_token
from portal.web.actor import person


@transaction.atomic
def invite(
    *,
    centre: Centre | None,
    email: str,
    name: str,
    role: Role | StaffRole,
    from_on: date,
    to_on: date | None = None,
    by: Any,
    at: datetime,
    wall: datetime,
) -> Invitation:
    """Invite somebody by mail to a role at a centre, or to a staff role (`centre` None). Holds for 72 hours.

    `wall` is real time, from which the 72 hours run. Raises Refused when the same invitation is waiting, or the
    person has the role.
    """
    address = User.objects.normalize_email(email).lower()
    if to_on is not None and to_on < from_on:
        raise Refused("The last day lies before the first.", code="dates", field="to_on")
    centres.lock_place(centre=centre)
    if centre is not None:
        centres.check_may_change(centre=centre, role=Role(role.value), by=by, on=clock.london_date(at))
    _check_is_new(centre=centre, address=address, role=role, on=clock.london_date(at))
    token = new_token()
    invitation = Invitation.objects.create(
        centre=centre,
        email=address,
        name=name,
        role=role.value,
        from_on=from_on,
        to_on=to_on,
        digest=digest(token),
        created_at=at,
        by=person(by),
        expires_at=wall + VALID_FOR,
    )
    _post(invitation, token, at=at)
    _record("people.invited", invitation, by=by, at=at)
    return invitation


@transaction.atomic
def add_centre(
    *, number: str, name: str, nation: str, head_name: str, head_email: str, by: Any, at: datetime, wall: datetime
) -> Centre:
    """A new centre, with the invitation of its head, who invites everybody else."""
    centre = centres.add_centre(number=number, name=name, nation=nation, by=by, at=at)
    today = clock.london_date(at)
    invite(centre=centre, email=head_email, name=head_name, role=Role.HEAD, from_on=today, by=by, at=at, wall=wall)
    return centre


@transaction.atomic
def send_again(*, invitation: Invitation, by: Any, at: datetime, wall: datetime) -> Invitation:
    """Send a new link that holds for another 72 hours; the old one no longer works. Whoever sends it now invites."""
    locked = _locked_open(invitation, wall=wall, or_expired=True)
    if locked.centre is not None:
        centres.check_may_change(centre=locked.centre, role=Role(locked.role), by=by, on=clock.london_date(at))
    token = new_token()
    locked.digest, locked.expires_at, locked.sent = digest(token), wall + VALID_FOR, locked.sent + 1
    locked.by = person(by)
    locked.save(update_fields=["digest", "expires_at", "sent", "by"])
    _post(locked, token, at=at)
    _record("people.invitation_sent_again", locked, by=by, at=at)
    return locked


@transaction.atomic
def revoke(*, invitation: Invitation, by: Any, at: datetime, wall: datetime) -> Invitation:
    """Withdraw an invitation: its link no longer works."""
    locked = _locked_open(invitation, wall=wall, or_expired=True)
    _withdraw(locked, by=by, at=at)
    return locked


def withdraw_all(invitations: InvitationQuerySet, *, by: Any, at: datetime) -> None:
    """Withdraw those of the invitations that still wait."""
    rows = invitations.waiting().select_for_update(of=("self",)).select_related("centre", "by").order_by("pk")
    for locked in rows:
        _withdraw(locked, by=by, at=at)


def withdraw_unbacked(*, centre: Centre | None, user: Any, by: Any, at: datetime) -> None:
    """Withdraw what a person sent for a place, should they no longer be one who invites there."""
    if not may_invite(user=User.objects.get(pk=user.pk), centre=centre, on=clock.london_date(at)):
        withdraw_all(Invitation.objects.filter(centre=centre, by=user), by=by, at=at)


def _withdraw(locked: Invitation, *, by: Any, at: datetime) -> None:
    locked.revoked_at = at
    locked.save(update_fields=["revoked_at"])
    _record("people.invitation_revoked", locked, by=by, at=at)


@transaction.atomic
def accept_as_new(*, invitation: Invitation, name: str, password: str, at: datetime, wall: datetime) -> User:
    """Somebody new answers an invitation: the account is made, with the address that the link was sent to.

    Raises Refused when the link was used, withdrawn or has run out, or the password is too easy; of two answers at
    once exactly one succeeds.
    """
    locked = _locked_open(invitation, wall=wall)
    _check_still_stands(locked, at=at)
    _check_password(password, name=name, invitation=locked)
    user = accounts.create_user(
        email=locked.email, name=name, password=password, is_staff=locked.centre is None, by=None, at=at
    )
    _take_role(locked, user, at=at)
    return user


@transaction.atomic
def accept(*, invitation: Invitation, user: Any, at: datetime, wall: datetime) -> None:
    """Somebody who signs in here already answers an invitation. Raises Refused for another person's."""
    locked = _locked_open(invitation, wall=wall)
    _check_still_stands(locked, at=at)
    if locked.email != user.email:
        raise Refused("This invitation is for another address. Sign out and follow the link again.", code="other")
    if locked.centre is None:
        accounts.make_staff(user=user, by=user, at=at)
        # A centre cannot reset staff, so what one has asked for falls.
        withdraw_resets(FactorReset.objects.filter(user=user, centre__isnull=False), by=user, at=at)
    _take_role(locked, user, at=at)


def _take_role(invitation: Invitation, user: Any, *, at: datetime) -> None:
    begins = invitation.begins(on=clock.london_date(at))
    if invitation.centre is None:
        centres.give_staff_role(
            user=user, role=StaffRole(invitation.role), from_on=begins, to_on=invitation.to_on, by=invitation.by, at=at
        )
    else:
        centres.give_role(
            centre=invitation.centre,
            user=user,
            role=Role(invitation.role),
            from_on=begins,
            to_on=invitation.to_on,
            by=invitation.by,
            at=at,
        )
    invitation.accepted_at, invitation.accepted_by = at, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    _record("people.invitation_accepted", invitation, by=user, at=at)


def _check_is_new(*, centre: Centre | None, address: str, role: Role | StaffRole, on: date) -> None:
    waiting = Invitation.objects.waiting().filter(centre=centre, email=address, role=role.value)
    if waiting.exists():
        raise Refused(
            "This person is already invited to that role. Send that invitation again instead.",
            code="invited",
            field="email",
        )
    roles: Any = StaffMembership.objects.in_force(on=on) if centre is None else Membership.objects.filter(centre=centre)
    if centre is not None:
        roles = roles.not_over(on=on)
    if roles.filter(user__email=address, role=role.value).exists():
        raise Refused(f"This person is already {role.label}.", code="has_role", field="email")


def _check_still_stands(invitation: Invitation, *, at: datetime) -> None:
    """What was asked by somebody who may no longer ask gives nothing, and nobody joins a suspended centre."""
    if invitation.centre is not None and invitation.centre.suspended_at is not None:
        raise Refused("This centre cannot take anybody in at the moment. Ask its head of centre.", code="suspended")
    # The portal itself, which invites its first administrator, may always.
    if invitation.by is not None and not may_invite(
        user=invitation.by, centre=invitation.centre, on=clock.london_date(at)
    ):
        raise Refused(
            "Whoever invited you can no longer invite people. Ask for a new invitation.", code="inviter_may_not"
        )


def _check_password(password: str, *, name: str, invitation: Invitation) -> None:
    person = User(email=invitation.email, name=name)
    person.context_words = [invitation.centre.name] if invitation.centre else []  # type: ignore[attr-defined]
    try:
        validate_password(password, person)
    except ValidationError as fault:
        raise Refused(" ".join(fault.messages), code="password", field="password") from None


def _locked_open(invitation: Invitation, *, wall: datetime, or_expired: bool = False) -> Invitation:
    centres.lock_place(centre=invitation.centre)
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("centre", "by").get(pk=invitation.pk)
    state = locked.state(wall=wall)
    if state is InvitationState.OPEN or (or_expired and state is InvitationState.EXPIRED):
        return locked
    raise Refused(SENTENCES[state], code=state.value)


def _post(invitation: Invitation, token: str, *, at: datetime) -> None:
    path = reverse("people:accept", kwargs={"token": token})
    queue(
        kind="invitation",
        dedupe_key=f"invitation:{invitation.pk}:{invitation.sent}",
        address=invitation.email,
        at=at,
        template="invitation",
        context={
            "name": invitation.name,
            "role": invitation.role_words,
            "place": invitation.place,
            "by": invitation.inviter,
            "url": f"{settings.BASE_URL}{path}",
            "expires_at": at + VALID_FOR,
        },
        centre=invitation.centre,
        secret=True,
    )


def _record(verb: str, invitation: Invitation, *, by: Any, at: datetime) -> None:
    data = {"role": invitation.role, "sent": invitation.sent}
    audit.record(verb=verb, by=by, at=at, subject=invitation, centre=invitation.centre, data=data)
