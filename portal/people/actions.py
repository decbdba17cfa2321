"""Inviting people, and giving and ending roles with the mail that tells the person."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from portal import clock
from portal.accounts import actions as accounts
from portal.accounts.models import User
from portal.accounts.rules import REASONS
from portal.audit import actions as audit
from portal.centres import actions as centres
from portal.centres.models import Centre, Delegation, Membership, StaffMembership
from portal.centres.queries import heads_of
from portal.centres.rules import Bundle, Role, StaffRole
from portal.errors import Refused
from portal.notices.actions import queue
from portal.people.models import ApiToken, Invitation, InvitationQuerySet, KeptAnswer
from portal.people.queries import may_invite
from portal.people.rules import (
    KEPT_FOR,
    LEASE,
    SEEN_EVERY,
    SENTENCES,
    VALID_FOR,
    InvitationState,
    check_scopes,
    digest,
    new_token,
)

# --- invitations ---


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
        by=_person(by),
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
    locked.by = _person(by)
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


def _withdraw(locked: Invitation, *, by: Any, at: datetime) -> None:
    locked.revoked_at = at
    locked.save(update_fields=["revoked_at"])
    _record("people.invitation_revoked", locked, by=by, at=at)


def _withdraw_all(invitations: InvitationQuerySet, *, by: Any, at: datetime) -> None:
    """Withdraw those of the invitations that still wait."""
    rows = invitations.waiting().select_for_update(of=("self",)).select_related("centre", "by").order_by("pk")
    for locked in rows:
        _withdraw(locked, by=by, at=at)


def _withdraw_unbacked(*, centre: Centre | None, user: Any, by: Any, at: datetime) -> None:
    """Withdraw what a person sent for a place, should they no longer be one who invites there."""
    if not may_invite(user=User.objects.get(pk=user.pk), centre=centre, on=clock.london_date(at)):
        _withdraw_all(Invitation.objects.filter(centre=centre, by=user), by=by, at=at)


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


# --- API tokens ---


@transaction.atomic
def make_token(
    *, centre: Centre, name: str, scopes: Sequence[str], capabilities: frozenset[str], by: Any, at: datetime
) -> tuple[ApiToken, str]:
    """A token with which a program acts for a centre, and its secret, which is shown once and kept nowhere.

    `capabilities` are the maker's. Refused for a scope that is unknown or goes beyond them. The maker and every head
    of the centre are told by mail.
    """
    allowed = check_scopes(scopes, capabilities=capabilities)
    secret = new_token()
    token = ApiToken.objects.create(
        centre=centre, name=name, scopes=allowed, digest=digest(secret), created_at=at, created_by=_person(by)
    )
    _tell_of_token("token_made", token, by=by, at=at)
    data = {"scopes": allowed}
    audit.record(verb="people.token_made", by=by, at=at, subject=token, centre=centre, data=data)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Any, at: datetime) -> ApiToken:
    """Withdraw a token: its next call is refused. Refused when it is withdrawn already."""
    locked = ApiToken.objects.select_for_update().select_related("centre").get(pk=token.pk)
    if locked.revoked_at is not None:
        raise Refused("This token is withdrawn already.", code="revoked")
    locked.revoked_at, locked.revoked_by = at, _person(by)
    locked.save(update_fields=["revoked_at", "revoked_by"])
    _tell_of_token("token_revoked", locked, by=by, at=at)
    audit.record(verb="people.token_revoked", by=by, at=at, subject=locked, centre=locked.centre)
    return locked


def _tell_of_token(event: str, token: ApiToken, *, by: Any, at: datetime) -> None:
    heads = heads_of(centre_ids=[token.centre_id], on=clock.london_date(at))
    people = {row.user_id: row.email for row in heads} | {_person(by).pk: _person(by).email}
    for user_id, address in sorted(people.items()):
        queue(
            kind="security.token",
            dedupe_key=f"security:{event}:{token.pk}:{user_id}",
            address=address,
            at=at,
            template=f"security/{event}",
            context={"name": token.name, "place": token.centre.name, "by": _person(by).name},
            centre=token.centre,
            user=User.objects.get(pk=user_id),
        )


def mark_used(*, token: ApiToken, at: datetime) -> None:
    """When the token was last used, written at most once a minute; a clock that stepped back counts as a minute."""
    seen = token.last_used_at
    if seen is None or not timedelta(0) <= at - seen < SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


@transaction.atomic
def begin_call(*, token: ApiToken, key: str, fingerprint: str, at: datetime, wall: datetime) -> KeptAnswer:
    """Take the place of a call with an Idempotency-Key, or give the answer that was kept (its `status` is set).

    Refused as `key_reused` when the key came with another call, as `in_flight` while the first is under way; a place
    whose lease is over (its call crashed) is taken anew. `wall` is real time.
    """
    said = {"fingerprint": fingerprint, "leased_until": wall + LEASE, "created_at": at}
    kept, new = KeptAnswer.objects.get_or_create(token=token, key=key, defaults=said)
    if new:
        return kept
    kept = KeptAnswer.objects.select_for_update().get(pk=kept.pk)
    if kept.fingerprint != fingerprint:
        raise Refused("This Idempotency-Key was used for another call. Make a new one.", code="key_reused")
    if kept.status is None and kept.leased_until > wall:
        raise Refused("The first call with this Idempotency-Key is still under way.", code="in_flight")
    if kept.status is None:
        kept.leased_until = wall + LEASE
        kept.save(update_fields=["leased_until"])
    return kept


@transaction.atomic
def finish_call(*, kept: KeptAnswer, act: Callable[[], tuple[int, Any]]) -> tuple[int, Any]:
    """Do the act of a call and keep its answer, both or neither."""
    status, body = act()
    kept.status, kept.body = status, body
    kept.save(update_fields=["status", "body"])
    return status, body


def give_up_call(*, kept: KeptAnswer) -> None:
    """The act did not happen: the key is free again."""
    KeptAnswer.objects.filter(pk=kept.pk, status=None).delete()


def forget_answers(*, wall: datetime) -> int:
    """Forget what was answered seven days ago and earlier; its keys are free again. Returns how many. Safe twice."""
    return KeptAnswer.objects.filter(leased_until__lt=wall - KEPT_FOR).delete()[0]


# --- roles ---


@transaction.atomic
def give_role(
    *, centre: Centre, user: User, role: Role, from_on: date, to_on: date | None, by: Any, at: datetime
) -> Membership:
    """Give somebody of the centre a further role, and tell them by mail. Raises Refused as the centres' action does."""
    centres.check_may_change(centre=centre, role=role, by=by, on=clock.london_date(at))
    membership = centres.give_role(centre=centre, user=user, role=role, from_on=from_on, to_on=to_on, by=by, at=at)
    _tell_of_role(user, role.label, centre.name, from_on, f"role:{membership.pk}", centre=centre, by=by, at=at)
    return membership


@transaction.atomic
def delegate(
    *, centre: Centre, user: User, bundle: Bundle, from_on: date, to_on: date, by: Any, at: datetime
) -> Delegation:
    """A head of centre delegates a named thing to a member, who is told by mail. Refused as the centres' action is."""
    delegation = centres.delegate(centre=centre, user=user, bundle=bundle, from_on=from_on, to_on=to_on, by=by, at=at)
    queue(
        kind="security.delegation",
        dedupe_key=f"delegation:{delegation.pk}",
        address=user.email,
        at=at,
        template="security/delegated",
        context={"bundle": bundle.label, "from_on": from_on, "to_on": to_on, "by": _person(by).name},
        centre=centre,
        user=user,
    )
    return delegation


@transaction.atomic
def give_staff_role(
    *, user: User, role: StaffRole, from_on: date, to_on: date | None, by: Any, at: datetime
) -> StaffMembership:
    """Give a member of staff a further role, and tell them by mail."""
    membership = centres.give_staff_role(user=user, role=role, from_on=from_on, to_on=to_on, by=by, at=at)
    place = "the awarding organisation"
    _tell_of_role(user, role.label, place, from_on, f"staff-role:{membership.pk}", centre=None, by=by, at=at)
    return membership


@transaction.atomic
def end_role(*, membership: Membership, version: int, by: Any, at: datetime) -> Membership:
    """End a role at a centre at once, and withdraw what the person sent who may no longer invite."""
    ended = centres.end_role(membership=membership, version=version, by=by, at=at)
    _withdraw_unbacked(centre=ended.centre, user=ended.user, by=by, at=at)
    return ended


@transaction.atomic
def end_staff_role(*, membership: StaffMembership, by: Any, at: datetime) -> StaffMembership:
    """End a staff role at once, and withdraw what the person sent who may no longer invite."""
    ended = centres.end_staff_role(membership=membership, by=by, at=at)
    for sent in Invitation.objects.waiting().filter(by=ended.user).select_related("centre"):
        _withdraw_unbacked(centre=sent.centre, user=ended.user, by=by, at=at)
    return ended


@transaction.atomic
def suspend_centre(*, centre: Centre, by: Any, at: datetime) -> None:
    """Nobody can act for the centre, and what it asked people in with is withdrawn."""
    centres.suspend(centre=centre, by=by, at=at)
    _withdraw_all(Invitation.objects.filter(centre=centre), by=by, at=at)


def _tell_of_role(
    user: User, role: str, place: str, from_on: date, key: str, *, centre: Centre | None, by: Any, at: datetime
) -> None:
    queue(
        kind="security.role",
        dedupe_key=key,
        address=user.email,
        at=at,
        template="security/role_given",
        context={"role": role, "place": place, "from_on": from_on, "by": _person(by).name},
        centre=centre,
        user=user,
    )


@transaction.atomic
def tell_of_security(*, user: User, event: str, address: str, at: datetime, context: dict[str, Any], key: str) -> None:
    """Mail somebody about a change to how they sign in. `event` names a folder under _email/security/."""
    secret = event in SECRET_EVENTS
    queue(
        kind="security",
        dedupe_key=f"security:{event}:{key}",
        address=address,
        at=at,
        template=f"security/{event}",
        context=context,
        user=None if secret else user,
        secret=secret,
    )


# Mails with a link that lets its reader in: never in the inbox on the pages, blanked after sending.
SECRET_EVENTS = frozenset({"password_reset_key"})


@transaction.atomic
def deactivate(*, user: User, reason: str, by: Any, at: datetime) -> None:
    """Switch an account off, and withdraw the invitations that wait for its address or were sent by it.

    Raises Refused for the last administrator, and for the last head of a centre that is not suspended.
    """
    accounts.check_is_another(user=user, by=by)
    centres.check_can_leave(user=user, at=at)
    _withdraw_all(Invitation.objects.filter(Q(email=user.email) | Q(by=user)), by=by, at=at)
    accounts.deactivate(user=user, reason=reason, by=by, at=at)


@transaction.atomic
def reset_factor(*, user: User, reason: str, by: Any, at: datetime) -> None:
    """Take away a person's second factor, and tell them at once: should it not have been them, they will know."""
    accounts.reset_factor(user=user, reason=reason, by=by, at=at)
    key = f"{user.pk}:{new_token()}"
    tell_of_security(
        user=user, event="factor_reset", address=user.email, at=at, context={"reason": REASONS[reason]}, key=key
    )


def _person(by: Any) -> Any:
    return getattr(by, "user", by)
