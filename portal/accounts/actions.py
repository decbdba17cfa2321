"""Acts on a person's account and on their session."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.internal.flows import remove_authenticator
from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest

from portal.accounts.models import User
from portal.accounts.rules import (
    CODES_DUE,
    DEMO,
    FACTOR,
    KEPT,
    LOCKED,
    MAIN,
    MFA,
    REASONS,
    RESET_REASONS,
    opening,
    reopening,
)
from portal.audit import actions as audit
from portal.errors import Refused

# --- accounts ---


@transaction.atomic
def create_user(*, email: str, name: str, password: str | None, is_staff: bool = False, by: Any, at: datetime) -> User:
    """A person with a verified primary address. `by` is None where the person answered an invitation themselves.

    Raises Refused when the address already belongs to somebody.
    """
    address = User.objects.normalize_email(email).lower()
    if User.objects.filter(email=address).exists():
        raise Refused("Somebody already signs in with that address.", code="known", field="email")
    user = User(email=address, name=name, is_staff=is_staff, joined_at=at)
    user.set_password(password)
    user.save()
    # An unverified address would block the second factor.
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    audit.record(verb="account.created", by=by or user, at=at, subject=user)
    return user


@transaction.atomic
def make_staff(*, user: User, by: Any, at: datetime) -> None:
    """Mark somebody as staff of the awarding organisation. What they may do comes from their staff roles."""
    if not User.objects.filter(pk=user.pk, is_staff=False).update(is_staff=True):
        return
    user.is_staff = True
    audit.record(verb="account.made_staff", by=by, at=at, subject=user)


@transaction.atomic
def deactivate(*, user: User, reason: str, by: Any, at: datetime) -> None:
    """Switch an account off. Its sessions end with the next request, also should it be switched on again later."""
    _check_reason(reason)
    check_is_another(user=user, by=by)
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.is_active:
        raise Refused("The account is switched off already.")
    locked.is_active = False
    locked.set_unusable_password()  # every session is bound to the password
    locked.save(update_fields=["is_active", "password"])
    audit.record(verb="account.deactivated", by=by, at=at, subject=user, data={"reason": reason})


def check_is_another(*, user: User, by: Any) -> None:
    """Raises Refused for one's own account."""
    if user.pk == by.pk:
        raise Refused("You cannot switch off your own account. Ask another administrator.")


@transaction.atomic
def reactivate(*, user: User, by: Any, at: datetime) -> None:
    """Switch an account on again. The person sets a new password with "Forgotten your password?".

    Raises Refused for an account that is on.
    """
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        raise Refused("The account is switched on already.")
    audit.record(verb="account.reactivated", by=by, at=at, subject=user)


@transaction.atomic
def reset_factor(*, user: User, reason: str, by: Any, at: datetime) -> None:
    """Take away every second factor, so that the person sets up a new one at the next sign-in.

    Sessions end too: the password is replaced through a link to the person's own mailbox, so neither those who
    reset it nor a finder of the phone can get in. `user` is written to. Two people decide on it elsewhere.
    """
    if reason not in RESET_REASONS:
        raise Refused("Choose a reason.", field="reason")
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    audit.record(verb="account.factor_reset", by=by, at=at, subject=user, data={"reason": reason})


def _check_reason(reason: str) -> None:
    if reason not in REASONS:
        raise Refused("Choose a reason.", field="reason")


# --- sessions ---


def open_session(*, request: HttpRequest, user: Any, factor: str | None, at: datetime) -> None:
    """Write what the session of a person who has just signed in remembers. `at` is real time."""
    for key in (FACTOR, LOCKED, CODES_DUE):
        request.session.pop(key, None)
    if request.session.get(KEPT, {}).get("user") != user.pk:
        request.session.pop(KEPT, None)
    request.session.update(opening(factor=factor, at=at))
    if factor == MFA and not _codes_are_saved(user):
        request.session[CODES_DUE] = True


def factor_given(*, request: HttpRequest, at: datetime) -> None:
    """The person has set up an app or a passkey here; recovery codes that are new come next. `at` is real time."""
    request.session.cycle_key()
    request.session.update(reopening(at=at))
    if not _codes_are_saved(request.user):
        request.session[CODES_DUE] = True
    if request.session.get(FACTOR) != DEMO:
        request.session[FACTOR] = MFA


def factor_removed(*, request: HttpRequest) -> None:
    """Without an app or a passkey the session reaches nothing but setting up a new one."""
    if is_mfa_enabled(request.user, list(MAIN)):
        return
    request.session.pop(FACTOR, None)
    request.session.pop(CODES_DUE, None)


@transaction.atomic
def remove_passkey(*, request: HttpRequest, passkey: Authenticator) -> None:
    """Take a passkey away, with the library's signal and mail. Refused for the last way to give a second step.

    The person's row is held meanwhile: two passkeys removed at once from two windows leave one.
    """
    User.objects.select_for_update().get(pk=passkey.user_id)
    others = Authenticator.objects.filter(user=passkey.user_id, type__in=MAIN).exclude(pk=passkey.pk)
    if not others.exists():
        raise Refused("This is your only second step. Add another passkey or an authenticator app first.", code="last")
    remove_authenticator(request, passkey)


def codes_due(*, request: HttpRequest) -> None:
    """New recovery codes were made: they are to be seen and confirmed before anything else."""
    request.session[CODES_DUE] = True


@transaction.atomic
def confirm_codes(*, request: HttpRequest, user: Any, at: datetime) -> None:
    """The person says that the recovery codes are kept safe."""
    codes = Authenticator.objects.select_for_update().filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if codes is None:
        raise Refused("You have no recovery codes. Make new ones first.")
    codes.data["saved_at"] = at.isoformat()
    codes.save(update_fields=["data"])
    request.session.pop(CODES_DUE, None)
    audit.record(verb="account.codes_saved", by=user, at=at, subject=user)


@transaction.atomic
def reopen_session(*, request: HttpRequest, user: Any, wall: datetime, at: datetime) -> None:
    """The password was given again: the session unlocks under a new key and is fresh for five minutes."""
    request.session.cycle_key()
    request.session.update(reopening(at=wall))
    audit.record(verb="account.unlocked", by=user, at=at, subject=user)


def sign_in_demo(*, request: HttpRequest, user: User, wall: datetime, at: datetime) -> None:
    """Sign somebody in without a password, in the demo only. `wall` is real time, `at` the domain's."""
    if not settings.DEMO:
        raise Refused("There is no demonstration here.")
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    open_session(request=request, user=user, factor=DEMO, at=wall)
    mark_seen(user=user, at=at)
    tell(verb="account.signed_in", by=user, at=at, data={"method": DEMO})


def mark_seen(*, user: Any, at: datetime) -> None:
    """When the person was last here. Callers see to it that this is written at most once a minute."""
    User.objects.filter(pk=user.pk).update(last_seen_at=at)


@transaction.atomic
def tell(*, verb: str, by: Any, at: datetime, data: dict[str, Any] | None = None) -> None:
    """Record an event of signing in. `by` is None for an attempt by nobody we know."""
    audit.record(verb=verb, by=by, at=at, subject=by, data=data)


def _codes_are_saved(user: Any) -> bool:
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return all("saved_at" in codes.data for codes in rows)
