"""The only writers of who may act for whom. The people's pages wrap them, with the mail to the person."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from portal import clock
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.centres.models import Centre, Delegation, Membership, StaffMembership
from portal.centres.rules import BUNDLES, Bundle, Role, StaffRole, capabilities_of, check_delegation_days
from portal.errors import Refused, Stale
from portal.web.actor import person


@transaction.atomic
def add_centre(*, number: str, name: str, nation: str, by: Any, at: datetime) -> Centre:
    """A new centre, still without people. Raises Refused for a number that is taken or has not five digits."""
    if not (number.isascii() and number.isdecimal() and len(number) == 5):
        raise Refused("A centre number has five digits.", code="number", field="number")
    if Centre.objects.filter(number=number).exists():
        raise Refused("There is a centre with that number already.", code="known", field="number")
    centre = Centre.objects.create(number=number, name=name, nation=nation)
    audit.record(verb="centre.added", by=by, at=at, subject=centre, centre=centre, data={"nation": nation})
    return centre


@transaction.atomic
def suspend(*, centre: Centre, by: Any, at: datetime) -> None:
    """Nobody can act for the centre from the next request on; what it did stays."""
    locked = _locked(centre)
    if locked.suspended_at is not None:
        raise Refused("The centre is suspended already.")
    locked.suspended_at = at
    locked.save(update_fields=["suspended_at"])
    audit.record(verb="centre.suspended", by=by, at=at, subject=locked, centre=locked)


@transaction.atomic
def restore(*, centre: Centre, by: Any, at: datetime) -> None:
    """A suspended centre may act again."""
    locked = _locked(centre)
    if locked.suspended_at is None:
        raise Refused("The centre is not suspended.")
    locked.suspended_at = None
    locked.save(update_fields=["suspended_at"])
    audit.record(verb="centre.restored", by=by, at=at, subject=locked, centre=locked)


@transaction.atomic
def give_role(
    *, centre: Centre, user: Any, role: Role, from_on: date, to_on: date | None = None, by: Any, at: datetime
) -> Membership:
    """Give a person a role at a centre from one London date to another (`to_on` is the last day; None: no end).

    Raises Refused when the dates are out of order or the person has the role in that time already.
    """
    _check_dates(from_on, to_on, at)
    _locked(centre)
    same = Membership.objects.filter(centre=centre, user=user, role=role.value)
    if _overlapping(same, from_on, to_on).exists():
        raise Refused(f"{user.name} is already {role.label} in that time.", code="has_role", field="role")
    membership = Membership.objects.create(
        centre=centre, user=user, role=role.value, from_on=from_on, to_on=to_on, given_by=person(by)
    )
    data = {"role": role.value, "from_on": from_on, "to_on": to_on, "user": user.pk}
    audit.record(verb="centre.role_given", by=by, at=at, subject=membership, centre=centre, data=data)
    return membership


@transaction.atomic
def change_end(*, membership: Membership, to_on: date | None, version: int, by: Any, at: datetime) -> Membership:
    """Set or lift the last day of a role. Raises Stale when somebody changed it since the page was made."""
    locked = _locked_membership(membership, version=version, to_on=to_on)
    today = clock.london_date(at)
    check_may_change(centre=locked.centre, role=Role(locked.role), by=by, on=today)
    if to_on is not None and to_on < max(locked.from_on, today):
        raise Refused("The last day cannot lie in the past. To end the role now, use “End”.", field="to_on")
    others = Membership.objects.filter(centre=locked.centre, user=locked.user, role=locked.role).exclude(pk=locked.pk)
    if _overlapping(others, locked.from_on, to_on).exists():
        raise Refused("The person has this role a second time in those days. End that one first.", field="to_on")
    return _ended(locked, to_on=to_on, verb="centre.role_changed", by=by, at=at)


@transaction.atomic
def end_role(*, membership: Membership, version: int, by: Any, at: datetime) -> Membership:
    """End a role at once: yesterday was its last day. One that began today, or later, never held.

    Raises Refused for the last head of centre, whoever asks; Stale when somebody changed the role meanwhile.
    """
    yesterday = clock.london_date(at) - timedelta(days=1)
    locked = _locked_membership(membership, version=version, to_on=yesterday)
    check_may_change(centre=locked.centre, role=Role(locked.role), by=by, on=clock.london_date(at))
    if locked.from_on > yesterday:
        locked.from_on = yesterday  # dates stay in order; a day that is past gives nobody anything
    return _ended(locked, to_on=yesterday, verb="centre.role_ended", by=by, at=at)


@transaction.atomic
def delegate(
    *, centre: Centre, user: Any, bundle: Bundle, from_on: date, to_on: date, by: Any, at: datetime
) -> Delegation:
    """A head of centre lets a member do a named thing from one London date to a last one; it ends by itself.

    Raises Refused for somebody who is not head or member, who may do it already, or for days out of order.
    """
    today = clock.london_date(at)
    check_delegation_days(from_on=from_on, to_on=to_on, today=today)
    if person(by).pk == user.pk:
        raise Refused("Choose a colleague: nobody delegates to themselves.", code="oneself")
    _locked(centre)
    _check_is_head(centre, by=by, on=today)
    roles = [Role(role) for role in _roles_held(centre, user, on=today)]
    if not roles:
        raise Refused(f"{user.name} has no role at the centre today. Give them one first.", code="not_a_member")
    if BUNDLES[bundle] <= capabilities_of(roles):
        raise Refused(f"{user.name} may {bundle.label} already, by their role.", code="by_role", field="bundle")
    same = Delegation.objects.not_over(on=today).filter(centre=centre, user=user, bundle=bundle.value)
    if same.filter(from_on__lte=to_on, to_on__gte=from_on).exists():
        raise Refused(f"{user.name} may {bundle.label} already in that time.", code="delegated", field="bundle")
    delegation = Delegation.objects.create(
        centre=centre,
        user=user,
        bundle=bundle.value,
        from_on=from_on,
        to_on=to_on,
        given_by=person(by),
        given_at=at,
    )
    data = {"bundle": bundle.value, "from_on": from_on, "to_on": to_on, "user": user.pk}
    audit.record(verb="centre.delegated", by=by, at=at, subject=delegation, centre=centre, data=data)
    return delegation


@transaction.atomic
def end_delegation(*, delegation: Delegation, by: Any, at: datetime) -> Delegation:
    """Take a delegation back at once. Raises Refused when it is over already, or for somebody who is not head."""
    _locked(delegation.centre)
    today = clock.london_date(at)
    _check_is_head(delegation.centre, by=by, on=today)
    locked = Delegation.objects.not_over(on=today).filter(pk=delegation.pk).first()
    if locked is None:
        raise Refused("This delegation has ended already.", code="ended")
    locked.ended_at, locked.ended_by = at, person(by)
    locked.save(update_fields=["ended_at", "ended_by"])
    data = {"bundle": locked.bundle, "user": locked.user_id}
    audit.record(verb="centre.delegation_ended", by=by, at=at, subject=locked, centre=delegation.centre, data=data)
    return locked


def check_may_change(*, centre: Centre, role: Role, by: Any, on: date) -> None:
    """The role of head is given and ended by heads, or by staff: never by a delegate. Raises Refused."""
    if role is not Role.HEAD or by is None:
        return
    held = _roles_held(centre, person(by), on=on)
    if held and Role.HEAD.value not in held:
        raise Refused("Only a head of centre can give or end the role of head of centre.", code="head_only")


def _roles_held(centre: Centre, user: Any, *, on: date) -> list[str]:
    return list(Membership.objects.in_force(on=on).filter(centre=centre, user=user).values_list("role", flat=True))


def _check_is_head(centre: Centre, *, by: Any, on: date) -> None:
    if Role.HEAD.value not in _roles_held(centre, person(by), on=on):
        raise Refused("Only a head of centre can delegate.", code="head_only")


@transaction.atomic
def give_staff_role(
    *, user: Any, role: StaffRole, from_on: date, to_on: date | None = None, by: Any, at: datetime
) -> StaffMembership:
    """Give a person a role at the awarding organisation. Raises Refused as `give_role` does, and for other people."""
    _check_dates(from_on, to_on, at)
    lock_staff()
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not (locked.is_staff and locked.is_active):
        raise Refused(f"{user.name} is not staff of the awarding organisation, or is switched off.", code="not_staff")
    same = StaffMembership.objects.filter(user=user, role=role.value)
    if _overlapping(same, from_on, to_on).exists():
        raise Refused(f"{user.name} is already {role.label} in that time.", code="has_role", field="role")
    membership = StaffMembership.objects.create(
        user=user, role=role.value, from_on=from_on, to_on=to_on, given_by=person(by)
    )
    data = {"role": role.value, "from_on": from_on, "to_on": to_on, "user": user.pk}
    audit.record(verb="staff.role_given", by=by, at=at, subject=membership, data=data)
    return membership


@transaction.atomic
def end_staff_role(*, membership: StaffMembership, by: Any, at: datetime) -> StaffMembership:
    """End a staff role at once. Raises Refused for the last administrator, and for a role that is over."""
    yesterday = clock.london_date(at) - timedelta(days=1)
    lock_staff()
    locked = StaffMembership.objects.select_for_update().get(pk=membership.pk)
    if locked.to_on is not None and locked.to_on <= yesterday:
        raise Refused("This role has ended already.", code="over")
    if locked.role == StaffRole.ADMIN.value:
        _check_an_administrator_remains(StaffMembership.objects.exclude(pk=locked.pk), on=clock.london_date(at))
    locked.from_on, locked.to_on = min(locked.from_on, yesterday), yesterday
    locked.save(update_fields=["from_on", "to_on"])
    data = {"role": locked.role, "to_on": yesterday, "user": locked.user_id}
    audit.record(verb="staff.role_ended", by=by, at=at, subject=locked, data=data)
    return locked


def lock_staff() -> None:
    """Every change of who is staff waits for the one before: two administrators cannot remove each other at once."""
    list(StaffMembership.objects.select_for_update().filter(role=StaffRole.ADMIN.value).order_by("pk"))


def lock_place(*, centre: Centre | None) -> None:
    """Hold the people of a centre, or (None) of the awarding organisation, until the transaction ends."""
    if centre is None:
        lock_staff()
    else:
        _locked(centre)


def check_can_leave(*, user: Any, at: datetime) -> None:
    """Raises Refused for the last administrator, and for the last head of a centre that is not suspended.

    Holds every place where that is decided until the transaction ends: staff first, then centres by their keys.
    """
    on = clock.london_date(at)
    lock_staff()
    roles = StaffMembership.objects.in_force(on=on).filter(user=user, role=StaffRole.ADMIN.value)
    if roles.exists():
        _check_an_administrator_remains(StaffMembership.objects.exclude(user=user), on=on)
    headed = Membership.objects.in_force(on=on).filter(user=user, role=Role.HEAD.value).values("centre")
    for centre in Centre.objects.select_for_update().filter(pk__in=headed, suspended_at=None).order_by("pk"):
        heads = Membership.objects.in_force(on=on).filter(centre=centre, role=Role.HEAD.value, user__is_active=True)
        if not heads.exclude(user=user).exists():
            raise Refused(
                f"{user.name} is the last head of {centre}. Have somebody else made head first, or suspend the centre.",
                code="last_head",
            )


def _check_dates(from_on: date, to_on: date | None, at: datetime) -> None:
    if to_on is not None and to_on < from_on:
        raise Refused("The last day lies before the first.", code="dates", field="to_on")
    if to_on is not None and to_on < clock.london_date(at):
        raise Refused("The last day cannot lie in the past.", code="dates", field="to_on")


def _overlapping(rows: Any, from_on: date, to_on: date | None) -> Any:
    rows = rows.filter(Q(to_on=None) | Q(to_on__gte=from_on))
    return rows if to_on is None else rows.filter(from_on__lte=to_on)


def _locked(centre: Centre) -> Centre:
    """Every change of a centre's people waits for the one before: two heads cannot remove each other at once."""
    return Centre.objects.select_for_update().get(pk=centre.pk)


def _locked_membership(membership: Membership, *, version: int, to_on: date | None) -> Membership:
    _locked(membership.centre)
    locked = Membership.objects.select_related("user", "centre").get(pk=membership.pk)
    if locked.version != version:
        raise Stale(
            "Somebody else changed this role while you had the page open. Nothing of yours was saved.",
            theirs=_last_day(locked.to_on),
            yours=_last_day(to_on),
        )
    return locked


def _last_day(to_on: date | None) -> str:
    return f"last day {to_on:%-d %B %Y}" if to_on else "no last day"


def _ended(locked: Membership, *, to_on: date | None, verb: str, by: Any, at: datetime) -> Membership:
    _check_a_head_remains(locked, to_on=to_on, on=clock.london_date(at))
    locked.to_on = to_on
    locked.version = F("version") + 1  # type: ignore[assignment]
    locked.save(update_fields=["from_on", "to_on", "version"])
    locked.refresh_from_db(fields=["version"])
    data = {"role": locked.role, "to_on": to_on, "user": locked.user_id}
    audit.record(verb=verb, by=by, at=at, subject=locked, centre=locked.centre, data=data)
    return locked


def _check_a_head_remains(membership: Membership, *, to_on: date | None, on: date) -> None:
    """A centre without a head can let nobody in. An end date that somebody set for later is theirs to mend in time."""
    if membership.role != Role.HEAD.value or to_on is None:
        return
    heads = Membership.objects.filter(centre=membership.centre, role=Role.HEAD.value, user__is_active=True)
    if not heads.exclude(pk=membership.pk).filter(Q(to_on=None) | Q(to_on__gt=to_on), from_on__lte=on).exists():
        raise Refused(
            "This is the last head of centre. Make somebody else head of centre first, then end this role.",
            code="last_head",
        )


def _check_an_administrator_remains(others: Any, *, on: date) -> None:
    rows = others.in_force(on=on).filter(role=StaffRole.ADMIN.value, user__is_active=True, user__is_staff=True)
    if not rows.exists():
        raise Refused("This is the last administrator. Make somebody else administrator first.", code="last_admin")
