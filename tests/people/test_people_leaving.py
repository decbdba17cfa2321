"""Who leaves leaves no door open, and somebody always stays who can let people in."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from portal import clock
from portal.accounts import actions as accounts
from portal.audit.models import Entry
from portal.centres import actions as centres
from portal.centres.models import Membership, StaffMembership
from portal.centres.rules import Role, StaffRole
from portal.errors import Refused
from portal.people import actions
from portal.people.models import Invitation
from portal.people.rules import InvitationState
from tests.factories.people import PASSWORD, MembershipFactory, StaffMembershipFactory, UserFactory

TODAY = date(2024, 6, 28)
CRONY = "crony@northgate.example"


def now():
    return {"at": clock.now()}


def invited(head, role=Role.HEAD, email=CRONY, **more):
    values = {"centre": head.centre, "by": head.user} | more
    return actions.invite(email=email, name="Crony", role=role, from_on=TODAY, wall=clock.wall(), **values, **now())


def invited_to_staff(admin):
    values = {"centre": None, "email": CRONY, "name": "Crony", "role": StaffRole.APPEALS, "from_on": TODAY}
    return actions.invite(**values, by=admin, wall=clock.wall(), **now())


def joins(invitation):
    try:
        actions.accept_as_new(invitation=invitation, name="Crony", password=PASSWORD, wall=clock.wall(), **now())
    except Refused as refusal:
        return refusal.code
    return "joined"


@pytest.fixture
def admin(db):
    return StaffMembershipFactory(role="admin").user


@pytest.fixture
def head(admin):
    return MembershipFactory(role="head")


@pytest.fixture
def second(head):
    return MembershipFactory(role="head", centre=head.centre)


def end_role(head, second, admin):
    actions.end_role(membership=head, version=head.version, by=second.user, **now())


def switch_off(head, second, admin):
    actions.deactivate(user=head.user, reason="left", by=admin, **now())


def suspend(head, second, admin):
    actions.suspend_centre(centre=head.centre, by=admin, **now())


def nothing(head, second, admin):
    """Control."""


@pytest.mark.parametrize(
    ("act", "outcome"), [(end_role, "revoked"), (switch_off, "revoked"), (suspend, "revoked"), (nothing, "joined")]
)
def test_an_invitation_does_not_outlive_its_inviter(head, second, admin, act, outcome):
    invitation = invited(head)
    other = invited(second, role=Role.OFFICER, email="other@northgate.example")
    act(head, second, admin)
    assert joins(invitation) == outcome
    assert Entry.objects.filter(verb="people.invitation_revoked").exists() is (outcome == "revoked")
    # What somebody else sent stands, unless the whole centre is stopped.
    assert joins(other) == ("revoked" if act is suspend else "joined")


def run_out(head, centre):
    Membership.objects.filter(pk=head.pk).update(to_on=date(2024, 6, 1))


def stopped(head, centre):
    type(centre).objects.filter(pk=centre.pk).update(suspended_at=clock.now())


def made_reader(head, centre):
    Membership.objects.filter(pk=head.pk).update(role="reader")


@pytest.mark.parametrize(
    ("change", "outcome"),
    [(run_out, "inviter_may_not"), (made_reader, "inviter_may_not"), (stopped, "suspended"), (None, "joined")],
)
def test_accepting_asks_again_whether_the_invitation_stands(head, change, outcome):
    invitation = invited(head)
    if change:
        change(head, head.centre)
    assert joins(invitation) == outcome


def test_somebody_known_is_refused_too(head):
    known, invitation = UserFactory(email=CRONY), invited(head)
    run_out(head, head.centre)
    with pytest.raises(Refused) as refusal:
        actions.accept(invitation=invitation, user=known, wall=clock.wall(), **now())
    assert (refusal.value.code, known.memberships.count()) == ("inviter_may_not", 0)


def test_who_sends_an_invitation_again_vouches_for_it(head, second):
    invitation = invited(head)
    run_out(head, head.centre)
    actions.send_again(invitation=invitation, by=second.user, wall=clock.wall(), **now())
    assert joins(invitation) == "joined"


def test_a_head_whom_staff_invited_can_join(admin):
    centre = actions.add_centre(
        number="45678",
        name="Westfield School",
        nation="wales",
        head_name="Hal",
        head_email=CRONY,
        by=admin,
        wall=clock.wall(),
        **now(),
    )
    assert joins(Invitation.objects.get(centre=centre)) == "joined"


def test_what_an_administrator_sent_ends_with_the_role(admin):
    other = StaffMembershipFactory(role="admin").user
    invitation = actions.invite(
        centre=None,
        email=CRONY,
        name="Crony",
        role=StaffRole.APPEALS,
        from_on=TODAY,
        by=admin,
        wall=clock.wall(),
        **now(),
    )
    actions.end_staff_role(membership=admin.staff_roles.get(), by=other, **now())
    assert joins(invitation) == "revoked"


def test_switching_off_withdraws_what_waits_for_the_address_and_says_so(head, second, admin):
    invitation = invited(second, role=Role.QUALITY, email=head.user.email)
    switch_off(head, second, admin)
    invitation.refresh_from_db()
    assert invitation.state(wall=clock.wall()) is InvitationState.REVOKED
    assert list(Entry.objects.order_by("id").values_list("verb", flat=True)) == [
        "people.invited",
        "people.invitation_revoked",
        "account.deactivated",
    ]


def test_becoming_staff_is_recorded(admin):
    known = UserFactory(email=CRONY)
    invitation = actions.invite(
        centre=None,
        email=CRONY,
        name="Crony",
        role=StaffRole.APPEALS,
        from_on=TODAY,
        by=admin,
        wall=clock.wall(),
        **now(),
    )
    actions.accept(invitation=invitation, user=known, wall=clock.wall(), **now())
    accounts.make_staff(user=known, by=admin, **now())
    entry = Entry.objects.get(verb="account.made_staff")
    assert entry.actor_id == known.pk


# --- the last one stays ---


def refused(act, **arguments):
    with pytest.raises(Refused) as refusal:
        act(**arguments, **now())
    return refusal.value.code


def test_the_last_head_is_not_switched_off(head, admin):
    assert refused(actions.deactivate, user=head.user, reason="left", by=admin) == "last_head"
    # A head who is switched off is none.
    MembershipFactory(role="head", centre=head.centre, user__is_active=False)
    assert refused(actions.deactivate, user=head.user, reason="left", by=admin) == "last_head"
    MembershipFactory(role="head", centre=head.centre)
    actions.deactivate(user=head.user, reason="left", by=admin, **now())


def test_the_last_head_of_a_suspended_centre_can_be_switched_off(head, admin):
    suspend(head, None, admin)
    switch_off(head, None, admin)


def test_the_last_administrator_is_not_switched_off(admin):
    other = StaffMembershipFactory(role="auditor").user
    assert refused(actions.deactivate, user=admin, reason="left", by=other) == "last_admin"
    StaffMembershipFactory(role="admin")
    actions.deactivate(user=admin, reason="left", by=other, **now())


def test_acts_refuse_what_makes_no_sense(admin):
    officer, off = UserFactory(), UserFactory(is_active=False, is_staff=True)
    days = {"role": StaffRole.PANEL, "from_on": TODAY, "to_on": None}
    assert refused(centres.give_staff_role, user=officer, by=admin, **days) == "not_staff"
    assert refused(centres.give_staff_role, user=off, by=admin, **days) == "not_staff"
    assert refused(accounts.reactivate, user=officer, by=admin) == "refused"
    assert refused(accounts.deactivate, user=off, reason="left", by=admin) == "refused"
    role = StaffMembershipFactory(role="panel", to_on=date(2024, 1, 1))
    assert refused(centres.end_staff_role, membership=role, by=admin) == "over"


def test_the_database_holds_a_staff_role_and_a_staff_invitation_once(admin):
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffMembershipFactory(user=admin, role="admin")
    StaffMembershipFactory(user=admin, role="admin", to_on=date(2024, 1, 1))
    assert StaffMembership.objects.count() == 2
    row = {"email": CRONY, "name": "C", "role": "panel", "from_on": TODAY, "created_at": clock.now()}
    Invitation.objects.create(**row, digest="a", expires_at=clock.wall())
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(**row, digest="b", expires_at=clock.wall())
