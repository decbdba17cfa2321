"""Who may do what, enumerated; and the queries and acts on roles."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from portal import clock
from portal.centres import actions, queries
from portal.centres.models import Membership
from portal.centres.rules import CAPABILITIES, STAFF_CAPABILITIES, Role, StaffRole
from portal.errors import Refused, Stale
from tests.factories.people import (
    CentreFactory,
    MembershipFactory,
    StaffMembershipFactory,
    UserFactory,
)

TODAY = date(2024, 6, 28)
YESTERDAY = TODAY - timedelta(days=1)

READ = {"centre.home", "claims.view", "learners.view", "people.view", "results.view", "requests.view"}
OFFICE = READ | {"claims.make", "grades.enter", "learners.import", "requests.make"}
CENTRE_TABLE = {
    Role.HEAD: OFFICE | {"people.manage", "people.delegate", "people.confirm_register", "results.restricted"},
    Role.OFFICER: OFFICE | {"results.restricted"},
    Role.DEPUTY: OFFICE,
    Role.QUALITY: READ,
    Role.PROGRAMME: READ | {"grades.enter"},
    Role.SENCO: {"centre.home", "learners.view"},
    Role.READER: READ,
}
# Who may change people and centres; other rooms enumerate theirs.
PEOPLE = {"accounts.view_user", "accounts.manage_user", "centres.view_centre", "centres.manage_centre"}
STAFF_TABLE = {
    StaffRole.CASEWORK: {"centres.view_centre"},
    StaffRole.APPEALS: {"centres.view_centre"},
    StaffRole.INVESTIGATIONS: {"centres.view_centre"},
    StaffRole.EXAMINER: set(),
    StaffRole.PANEL: set(),
    StaffRole.DATES: set(),
    StaffRole.AUDITOR: {"accounts.view_user", "centres.view_centre"},
    StaffRole.ADMIN: PEOPLE,
}


def test_the_table_of_centre_roles():
    assert {role: set(capabilities) for role, capabilities in CAPABILITIES.items()} == CENTRE_TABLE


def test_the_table_of_staff_roles():
    assert {role: set(held) & PEOPLE for role, held in STAFF_CAPABILITIES.items()} == STAFF_TABLE


@pytest.mark.parametrize("role", list(StaffRole))
def test_staff_may_do_exactly_what_their_role_allows(db, role):
    user = fresh(StaffMembershipFactory(role=role.value).user)
    every = frozenset().union(*STAFF_CAPABILITIES.values())
    assert {permission for permission in every if user.has_perm(permission)} == STAFF_CAPABILITIES[role]
    rooms = {permission.split(".")[0] for permission in every}
    assert {room for room in rooms if user.has_module_perms(room)} == {
        permission.split(".")[0] for permission in STAFF_CAPABILITIES[role]
    }


def fresh(user):
    return get_user_model().objects.get(pk=user.pk)


@pytest.mark.parametrize(
    "held",
    [
        {"to_on": YESTERDAY},
        {"from_on": TODAY + timedelta(days=1)},
        {"user__is_active": False},
        {"user__is_staff": False},
    ],
)
def test_a_role_that_does_not_hold_allows_nothing(db, held):
    user = fresh(StaffMembershipFactory(role="admin", **held).user)
    assert user.get_all_permissions() == set()
    assert not user.has_perm("accounts.view_user")


def test_permissions_cost_one_query_a_request(db, django_assert_num_queries):
    user = fresh(StaffMembershipFactory(role="casework").user)
    with django_assert_num_queries(1):
        user.has_perm("claims.view_claim")
        user.has_perm("claims.decide_claim")
        user.has_module_perms("claims")


def test_nobody_is_a_superuser(db):
    user = UserFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        get_user_model().objects.filter(pk=user.pk).update(is_superuser=True)


# --- recipients ---


def test_recipients_are_found_in_one_query(db, django_assert_num_queries):
    ours, theirs, suspended = CentreFactory(), CentreFactory(), CentreFactory(suspended_at=clock.now())
    officer = MembershipFactory(centre=ours, role="officer")
    head = MembershipFactory(centre=ours, role="head")
    MembershipFactory(centre=ours, role="officer", to_on=YESTERDAY)
    MembershipFactory(centre=ours, role="officer", user__is_active=False)
    MembershipFactory(centre=suspended, role="officer")
    other = MembershipFactory(centre=theirs, role="officer")
    with django_assert_num_queries(1):
        rows = queries.recipients(centre_ids=[ours.pk, suspended.pk], roles=[Role.OFFICER, Role.HEAD], on=TODAY)
    assert rows == [row(officer), row(head)]
    assert queries.heads_of(centre_ids=[ours.pk], on=TODAY) == [row(head)]
    assert queries.officers_of(centre_ids=None, on=TODAY) == [row(officer), row(other)]


def row(membership):
    return queries.Recipient(membership.centre_id, membership.user_id, membership.user.email, membership.role)


# --- acts ---


@pytest.fixture
def head(db):
    return MembershipFactory(role="head")


def give(head, user, role=Role.OFFICER, from_on=TODAY, to_on=None):
    return actions.give_role(
        centre=head.centre, user=user, role=role, from_on=from_on, to_on=to_on, by=head.user, at=clock.now()
    )


@pytest.mark.parametrize(
    ("from_on", "to_on", "refused"),
    [
        (date(2024, 7, 1), None, True),
        (date(2024, 6, 1), date(2024, 7, 1), True),
        (date(2024, 7, 10), date(2024, 7, 10), True),
        (date(2024, 6, 1), date(2024, 6, 30), False),
        (date(2024, 7, 11), None, False),
        (date(2024, 7, 12), date(2024, 7, 11), True),
        (date(2024, 1, 1), date(2024, 6, 27), True),
    ],
)
def test_a_role_is_held_once_at_a_time(head, from_on, to_on, refused):
    user = UserFactory()
    give(head, user, from_on=date(2024, 7, 1), to_on=date(2024, 7, 10))
    if refused:
        with pytest.raises(Refused):
            give(head, user, from_on=from_on, to_on=to_on)
    else:
        give(head, user, from_on=from_on, to_on=to_on)
    assert Membership.objects.filter(user=user).count() == (1 if refused else 2)


def test_a_role_that_began_today_can_end_today(head):
    membership = give(head, UserFactory())
    actions.end_role(membership=membership, version=1, by=head.user, at=clock.now())
    assert not Membership.objects.in_force(on=TODAY).filter(pk=membership.pk).exists()
    again = give(head, membership.user)
    assert Membership.objects.in_force(on=TODAY).filter(user=membership.user).get() == again


def test_two_heads_cannot_remove_one_another(head):
    second = MembershipFactory(centre=head.centre, role="head")
    actions.end_role(membership=second, version=1, by=head.user, at=clock.now())
    with pytest.raises(Refused) as refusal:
        actions.end_role(membership=head, version=1, by=second.user, at=clock.now())
    assert refusal.value.code == "last_head"


def test_an_older_version_is_stale(head):
    membership = give(head, UserFactory())
    actions.change_end(membership=membership, to_on=date(2024, 9, 1), version=1, by=head.user, at=clock.now())
    with pytest.raises(Stale) as stale:
        actions.change_end(membership=membership, to_on=None, version=1, by=head.user, at=clock.now())
    assert (stale.value.theirs, stale.value.yours) == ("last day 1 September 2024", "no last day")


def test_the_last_administrator_stays(db):
    first = StaffMembershipFactory(role="admin")
    with pytest.raises(Refused):
        actions.end_staff_role(membership=first, by=first.user, at=clock.now())
    StaffMembershipFactory(role="admin")
    actions.end_staff_role(membership=first, by=first.user, at=clock.now())
    assert queries.staff_roles_of(user=first.user, on=TODAY) == []
