"""Two administrators at once: somebody stays, and nothing is given twice. The control takes the lock away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection, transaction

from portal import clock
from portal.centres import actions as centres
from portal.centres.models import StaffMembership
from portal.centres.rules import StaffRole
from portal.errors import Refused
from portal.people import actions
from portal.people.models import Invitation
from tests.factories.people import MembershipFactory, StaffMembershipFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TODAY = date(2024, 6, 28)


def together(acts):
    """Run the acts at the same moment; refusals come back as their code, anything else is a failure."""
    barrier = Barrier(len(acts))

    def one(act):
        try:
            barrier.wait(timeout=10)
            act()
        except Refused as refusal:
            return refusal.code
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))


@pytest.fixture
def admins():
    return StaffMembershipFactory.create_batch(2, role="admin")


def in_force():
    return StaffMembership.objects.in_force(on=TODAY).filter(role="admin", user__is_active=True).count()


def ends(membership, by):
    return lambda: actions.end_staff_role(membership=membership, by=by.user, at=clock.now())


def switches_off(membership, by):
    return lambda: actions.deactivate(user=membership.user, reason="left", by=by.user, at=clock.now())


@pytest.mark.parametrize("first", [ends, switches_off])
@pytest.mark.parametrize("second", [ends, switches_off])
def test_two_administrators_cannot_remove_each_other(admins, first, second):
    one, two = admins
    assert together([first(one, two), second(two, one)]) == ["done", "last_admin"]
    assert in_force() == 1


def test_control_without_the_lock_both_are_gone(admins):
    looked = Barrier(2)

    def careless(mine):
        def act():
            with transaction.atomic():
                others = StaffMembership.objects.in_force(on=TODAY).exclude(pk=mine.pk).exists()
                looked.wait(timeout=10)
                if others:
                    StaffMembership.objects.filter(pk=mine.pk).update(to_on=date(2024, 6, 1))

        return act

    together([careless(membership) for membership in admins])
    assert in_force() == 0


def test_two_heads_cannot_be_switched_off_at_once(admins):
    heads = [MembershipFactory(role="head")]
    heads.append(MembershipFactory(role="head", centre=heads[0].centre))
    acts = [switches_off(head, admin) for head, admin in zip(heads, admins, strict=True)]
    assert together(acts) == ["done", "last_head"]


def test_a_role_given_many_times_at_once_is_one_role(admins):
    user = StaffMembershipFactory(role="casework").user
    days = {"role": StaffRole.PANEL, "from_on": TODAY, "to_on": None}
    acts = [lambda: centres.give_staff_role(user=user, by=admins[0].user, at=clock.now(), **days)] * 4
    assert together(acts) == ["done", *["has_role"] * 3]
    assert user.staff_roles.filter(role="panel").count() == 1


def test_an_invitation_of_staff_sent_many_times_at_once_is_one(admins):
    def invites():
        actions.invite(
            centre=None,
            email="new@board.example",
            name="New",
            role=StaffRole.PANEL,
            from_on=TODAY,
            by=admins[0].user,
            at=clock.now(),
            wall=clock.wall(),
        )

    assert together([invites] * 4) == ["done", *["invited"] * 3]
    assert Invitation.objects.count() == 1
