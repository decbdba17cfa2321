"""A lost second step: a colleague asks, a second one confirms, and a mail lets the person set up anew."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from portal import clock
from portal.accounts import actions as accounts
from portal.accounts.models import User
from portal.accounts.rules import RESET_REASONS
from portal.audit import actions as audit
from portal.centres import actions as centres
from portal.centres.models import Centre, Membership
from portal.centres.queries import whom_to_ask
from portal.errors import Refused
from portal.notices.actions import queue
from portal.people.actions.security import tell_of_security
from portal.people.models import FactorReset
from portal.people.models.resets import FactorResetQuerySet
from portal.people.queries import confirmers_of, may_invite
from portal.people.rules import RESET_HOLDS, RESET_SENTENCES, ResetState, check_is_second, check_not_oneself
from portal.web.actor import person

LINK = "account_reset_password_from_key"


@transaction.atomic
def ask_reset(*, centre: Centre | None, user: User, reason: str, by: Any, at: datetime, wall: datetime) -> FactorReset:
    """Ask that a person's second step be taken away. A second person confirms it within four hours of real time.

    `centre` None: an administrator asks, and another one confirms. Raises Refused for oneself, for somebody of
    another place, and while another reset of the person waits. Nothing changes for the person until it is confirmed.
    """
    on = clock.london_date(at)
    check_not_oneself(by=person(by).pk, user=user.pk)
    if reason not in RESET_REASONS:
        raise Refused("Choose what has happened.", code="reason", field="reason")
    centres.lock_place(centre=centre)
    place = Centre.objects.get(pk=centre.pk) if centre else None
    user = User.objects.select_for_update().get(pk=user.pk)
    _check_may_ask(by=person(by), centre=place, user=user, on=on)
    _clear_the_way(user, by=by, at=at, wall=wall)
    reset = FactorReset.objects.create(
        centre=centre, user=user, reason=reason, asked_at=at, asked_by=person(by), expires_at=wall + RESET_HOLDS
    )
    _tell("reset_asked", reset, confirmers_of(reset=reset, on=on), at=at)
    _tell("reset_asked_for_you", reset, [user], at=at)
    _record("people.reset_asked", reset, by=by, at=at)
    return reset


@transaction.atomic
def confirm_reset(*, reset: FactorReset, by: Any, at: datetime, wall: datetime) -> FactorReset:
    """The second person confirms: every factor and session of the person is gone, and a mail lets them start anew.

    Raises Refused for the person themselves, for whoever asked, for somebody who may not, when it is over, and when
    the person could no longer be asked for; of two confirmations at once exactly one succeeds.
    """
    check_not_oneself(by=person(by).pk, user=reset.user_id)
    check_is_second(by=person(by).pk, asked_by=reset.asked_by_id)
    locked, user = _locked_open(reset, wall=wall)
    _check_may_confirm(locked, by=person(by), at=at)
    _check_can_be_reset(centre=locked.centre, user=user, on=clock.london_date(at))
    locked.confirmed_at, locked.confirmed_by = at, person(by)
    locked.save(update_fields=["confirmed_at", "confirmed_by"])
    accounts.reset_factor(user=user, reason=locked.reason, by=by, at=at)
    _let_back_in(locked, user, at=at)
    _tell("reset_confirmed", locked, [locked.asked_by, person(by)], at=at)
    _record("people.reset_confirmed", locked, by=by, at=at)
    return locked


@transaction.atomic
def withdraw_reset(*, reset: FactorReset, by: Any, at: datetime, wall: datetime) -> FactorReset:
    """Take a reset back before it is confirmed. Raises Refused when it is over already."""
    locked, user = _locked_open(reset, wall=wall)
    _withdraw(locked, by=by, at=at)
    _tell("reset_withdrawn", locked, [user, locked.asked_by], at=at)
    return locked


def withdraw_resets(rows: FactorResetQuerySet, *, by: Any, at: datetime) -> None:
    """Take back those of these resets that wait, in the caller's transaction; whoever asked is told."""
    waiting = rows.waiting().select_for_update(of=("self",)).select_related("centre", "user", "asked_by")
    for row in waiting.order_by("pk"):
        _withdraw(row, by=by, at=at)
        _tell("reset_withdrawn", row, [row.asked_by] if row.asked_by.is_active else [], at=at)


def withdraw_unbacked_resets(*, centre: Centre, user: User, by: Any, at: datetime) -> None:
    """Take back what waits for somebody who has no role at the centre any more."""
    if not _is_member(centre, user, on=clock.london_date(at)):
        withdraw_resets(FactorReset.objects.filter(centre=centre, user=user), by=by, at=at)


def _check_may_ask(*, by: User, centre: Centre | None, user: User, on: date) -> None:
    if not may_invite(user=by, centre=centre, on=on):
        raise Refused("Only somebody who manages people can ask for a reset.", code="may_not")
    _check_can_be_reset(centre=centre, user=user, on=on)


def _check_can_be_reset(*, centre: Centre | None, user: User, on: date) -> None:
    """Asked when it is asked for and again, with place and person held, when it is confirmed. Raises Refused."""
    if not user.is_active:
        raise Refused("This account is switched off. Have it switched on first.", code="off")
    if centre is None:
        return
    if centre.suspended_at is not None:
        raise Refused("The centre is suspended, so nobody there can be let back in.", code="suspended")
    if user.is_staff:
        raise Refused(f"{user.name} also works for the awarding organisation, which resets it.", code="staff")
    if not _is_member(centre, user, on=on):
        raise Refused(f"{user.name} has no role at the centre today.", code="not_a_member")


def _is_member(centre: Centre, user: User, *, on: date) -> bool:
    return Membership.objects.in_force(on=on).filter(centre=centre, user=user).exists()


def _clear_the_way(user: User, *, by: Any, at: datetime, wall: datetime) -> None:
    """A reset that ran out makes room, one that waits does not."""
    for former in FactorReset.objects.waiting().filter(user=user).select_related("centre"):
        if former.state(wall=wall) is ResetState.OPEN:
            raise Refused("A reset for this person waits already. Have a second person confirm it.", code="waiting")
        _withdraw(former, by=by, at=at)


def _check_may_confirm(reset: FactorReset, *, by: User, at: datetime) -> None:
    on = clock.london_date(at)
    if not may_invite(user=reset.asked_by, centre=reset.centre, on=on):
        raise Refused("Whoever asked no longer manages people. Ask for a new reset.", code="asker_may_not")
    allowed = confirmers_of(reset=reset, on=on)
    if by.pk not in {one.pk for one in allowed}:
        names = " or ".join(one.name for one in allowed) or "a second administrator, once there is one"
        raise Refused(f"This is for {names} to confirm.", code="may_not")


def _locked_open(reset: FactorReset, *, wall: datetime) -> tuple[FactorReset, User]:
    """The reset and its person, held to the end of the transaction: place, person, reset, in this order."""
    centres.lock_place(centre=reset.centre)
    user = User.objects.select_for_update().get(pk=reset.user_id)
    rows = FactorReset.objects.select_for_update(of=("self",)).select_related("centre", "asked_by")
    locked = rows.get(pk=reset.pk)
    locked.user = user
    if (state := locked.state(wall=wall)) is not ResetState.OPEN:
        raise Refused(RESET_SENTENCES[state], code=state.value)
    return locked, user


def _withdraw(locked: FactorReset, *, by: Any, at: datetime) -> None:
    locked.withdrawn_at, locked.withdrawn_by = at, person(by)
    locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _record("people.reset_withdrawn", locked, by=by, at=at)


def _let_back_in(reset: FactorReset, user: User, *, at: datetime) -> None:
    """The one-time link goes to the person's own mailbox; it ends with the password that they set through it."""
    path = reverse(LINK, kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)})
    words = {"asked_by": reset.asked_by.name, "confirmed_by": reset.confirmed_by.name, "url": settings.BASE_URL + path}  # type: ignore[union-attr]
    tell_of_security(user=user, event="factor_reset", address=user.email, at=at, context=words, key=f"reset:{reset.pk}")


def _tell(event: str, reset: FactorReset, people: Iterable[User], *, at: datetime) -> None:
    for one in {someone.pk: someone for someone in people}.values():
        queue(
            kind="security.reset",
            dedupe_key=f"security:{event}:{reset.pk}:{one.pk}",
            address=one.email,
            at=at,
            template=f"security/{event}",
            context={**_words(reset, one), "whom": whom_to_ask(user=one, on=clock.london_date(at))},
            centre=reset.centre,
            user=one,
        )


def _words(reset: FactorReset, reader: User) -> dict[str, Any]:
    return {
        "person_named": reset.user.name,
        "asked_by": reset.asked_by.name,
        "reason": RESET_REASONS[reset.reason],
        "url": settings.BASE_URL + _page(reset, reader),
    }


def _page(reset: FactorReset, reader: User) -> str:
    """Where the reader deals with it: staff in their admin, colleagues on the centre's own page."""
    if reset.centre is None or reader.is_staff:
        return reverse("admin:people_factorreset_change", args=[reset.pk])
    return reverse("people:reset", kwargs={"number": reset.centre.number, "reset": reset.pk})


def _record(verb: str, reset: FactorReset, *, by: Any, at: datetime) -> None:
    data = {"reason": reset.reason, "user": reset.user_id}
    audit.record(verb=verb, by=by, at=at, subject=reset, centre=reset.centre, data=data)
