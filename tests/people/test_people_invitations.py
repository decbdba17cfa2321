"""From the mail to the first page: invited once, answered once."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client

from portal import clock
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.centres.models import Membership, StaffMembership
from portal.centres.rules import Role, StaffRole
from portal.errors import Refused
from portal.notices.models import Notice
from portal.people import actions
from portal.people.actions import invitations
from portal.people.models import Invitation
from portal.people.rules import digest
from tests.factories.people import (
    PASSWORD,
    MembershipFactory,
    StaffMembershipFactory,
    UserFactory,
    signed_in,
)

TODAY = date(2024, 6, 28)
NEW = {"name": "Grace Okoro", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def head(db):
    return MembershipFactory(role="head")


@pytest.fixture
def invite(head):
    def make(email="grace@northgate.example", role=Role.OFFICER, **more):
        values = {"centre": head.centre, "name": "Grace Okoro", "from_on": TODAY, "by": head.user} | more
        return actions.invite(email=email, role=role, at=clock.now(), wall=clock.wall(), **values)

    return make


def link(invitation):
    """The path of the newest link that was mailed."""
    notice = Notice.objects.filter(address=invitation.email, kind="invitation").order_by("id").last()
    return next(word for word in notice.text.split() if "/invitations/" in word).removeprefix("http://localhost:8000")


def test_an_invitation_makes_a_person_who_then_sets_up_the_second_step(client, head, invite):
    invitation = invite("Grace@Northgate.example", to_on=date(2024, 12, 31))
    path = link(invitation)
    assert invitation.digest == digest(path.split("/")[2])
    page = client.get(path)
    assert page.status_code == 200
    assert User.objects.count() == 1  # opening the link changes nothing
    assert client.post(path, NEW).status_code == 302
    assert client.get("/centres/").url == "/accounts/2fa/totp/activate/"
    user = User.objects.get(email="grace@northgate.example")
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [(user.email, True, True)]
    membership = Membership.objects.get(user=user)
    assert (membership.role, membership.from_on, membership.to_on) == ("officer", TODAY, date(2024, 12, 31))
    assert membership.given_by == head.user
    entries = Entry.objects.order_by("id").values_list("chain", "verb")
    assert list(entries) == [
        (head.centre.number, "people.invited"),
        ("system", "account.created"),
        (head.centre.number, "centre.role_given"),
        (head.centre.number, "people.invitation_accepted"),
        ("system", "account.signed_in"),
    ]


def test_the_mail_is_secret_and_in_nobodys_inbox(invite):
    invite()
    notice = Notice.objects.get()
    assert (notice.secret, notice.user) == (True, None)


def test_a_link_works_once(client, invite):
    path = link(invite())
    client.post(path, NEW)
    again = Client().get(path)
    assert (again.status_code, "has been used" in again.content.decode()) == (410, True)
    assert Client().post(path, NEW).status_code == 410
    assert User.objects.filter(email="grace@northgate.example").count() == 1


def test_a_link_runs_out_after_72_hours_and_says_so(client, invite, monkeypatch):
    invitation = invite()
    path = link(invitation)
    for left, expected in ((timedelta(seconds=1), 200), (timedelta(0), 410)):
        at = invitation.expires_at - left
        monkeypatch.setattr(clock, "wall", lambda at=at: at)
        assert client.get(path).status_code == expected
    assert "held for 72 hours" in client.get(path).content.decode()
    assert client.post(path, NEW).status_code == 410


def test_sending_again_makes_a_new_link_and_kills_the_old_one(client, head, invite):
    invitation = invite()
    old = link(invitation)
    actions.send_again(invitation=invitation, by=head.user, at=clock.now(), wall=clock.wall())
    new = link(invitation)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)


def test_a_withdrawn_link_is_dead(client, head, invite):
    invitation = invite()
    actions.revoke(invitation=invitation, by=head.user, at=clock.now(), wall=clock.wall())
    assert client.get(link(invitation)).status_code == 410
    with pytest.raises(Refused) as refusal:
        actions.send_again(invitation=invitation, by=head.user, at=clock.now(), wall=clock.wall())
    assert refusal.value.code == "revoked"


def test_two_answers_with_rows_read_before_either_is_written_make_one_person(invite):
    """Both requests hold the invitation as open; the second meets the lock and finds it used."""
    first = invite()
    second = Invitation.objects.get(pk=first.pk)
    answer = {"name": "Grace", "password": PASSWORD, "at": clock.now(), "wall": clock.wall()}
    actions.accept_as_new(invitation=first, **answer)
    with pytest.raises(Refused) as refusal:
        actions.accept_as_new(invitation=second, **answer)
    assert refusal.value.code == "accepted"


def test_an_unknown_link_is_not_found(client, db):
    assert client.get("/invitations/nothing/").status_code == 404


def test_somebody_known_signs_in_and_accepts(client, head, invite):
    known = UserFactory(email="grace@northgate.example")
    path = link(invite())
    assert client.get(path).url == f"/accounts/login/?next={path}"
    assert client.post(path, NEW).url == f"/accounts/login/?next={path}"
    signed_in(client, known)
    assert client.get(path).status_code == 200
    assert Membership.objects.filter(user=known).count() == 0
    assert client.post(path).url == "/"
    assert Membership.objects.get(user=known).centre == head.centre


def test_nobody_accepts_for_somebody_else(client, invite):
    path = link(invite())
    other = UserFactory()
    signed_in(client, other)
    assert "for somebody else" in client.get(path).content.decode()
    assert client.post(path).status_code == 409
    assert Membership.objects.filter(user=other).count() == 0


def test_a_password_only_session_accepts_nothing(client, invite):
    """The page is public; a session without the second factor counts as nobody there."""
    known = UserFactory(email="grace@northgate.example")
    path = link(invite())
    signed_in(client, known, factor=None)
    assert client.post(path).url == f"/accounts/login/?next={path}"
    assert Membership.objects.filter(user=known).count() == 0


def test_a_weak_password_is_refused_with_its_reason(client, head, invite):
    head.centre.name = "Hollybush Academy"
    head.centre.save()
    path = link(invite())
    for password in ("short", "hollybush violet ledger moth", "grace violet harbour ledger"):
        page = client.post(path, {"name": "Grace Okoro", "password": password, "again": password})
        assert page.context["form"].errors["password"], password
    page = client.post(path, NEW | {"again": "other"})
    assert list(page.context["form"].errors) == ["again"]
    assert User.objects.filter(email="grace@northgate.example").count() == 0


def test_the_same_invitation_is_not_sent_twice(head, invite):
    invite()
    with pytest.raises(Refused) as refusal:
        invite("GRACE@northgate.example")
    assert (refusal.value.code, refusal.value.field) == ("invited", "email")
    invite(role=Role.QUALITY)  # the control: another role is another invitation


def test_nobody_is_invited_to_a_role_they_have(head, invite):
    with pytest.raises(Refused) as refusal:
        invite(head.user.email, role=Role.HEAD)
    assert refusal.value.code == "has_role"


def test_staff_are_invited_to_the_awarding_organisation(client, db):
    admin = StaffMembershipFactory(role="admin").user
    invitation = actions.invite(
        centre=None,
        email="new@board.example",
        name="Nia",
        role=StaffRole.CASEWORK,
        from_on=TODAY,
        by=admin,
        at=clock.now(),
        wall=clock.wall(),
    )
    client.post(link(invitation), NEW)
    user = User.objects.get(email="new@board.example")
    assert (user.is_staff, StaffMembership.objects.get(user=user).role) == (True, "casework")


def test_the_first_administrator_comes_from_the_command_line(client, db):
    from django.core.management import call_command

    call_command("invite_administrator", "first@board.example", "Ada")
    client.post(link(Invitation.objects.get()), NEW | {"name": "Ada"})
    user = User.objects.get()
    assert (user.is_staff, user.staff_roles.get().role) == (True, "admin")


def test_the_mail_and_the_page_name_the_end_on_the_day_that_the_portal_shows(client, head, invite):
    """In the demo the day is fixed while links run out in real time; a reader sees one calendar only."""
    invite()
    assert Notice.objects.get().subject == "Your invitation to the Exams Office, valid until Monday 1 July 2024"
    signed_in(client, head.user)
    assert "Monday 1 July 2024" in client.get(f"/c/{head.centre.number}/people/").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locks", [True, False])
def test_two_answers_at_once_give_one_role(monkeypatch, locks):
    """Two requests of somebody known meet in the same moment. The control reads without the lock: both get through."""
    head, known = MembershipFactory(role="head"), UserFactory()
    invitation = actions.invite(
        centre=head.centre,
        email=known.email,
        name="Grace",
        role=Role.OFFICER,
        from_on=TODAY,
        by=head.user,
        at=clock.now(),
        wall=clock.wall(),
    )
    taken: list[int] = []
    monkeypatch.setattr(invitations, "_take_role", lambda row, user, *, at: _slowly(taken, row, user, at))
    if not locks:
        monkeypatch.setattr(invitations, "_locked_open", lambda row, *, wall, or_expired=False: row)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: _answer(invitation, known), range(2)))
    assert (sorted(answers), len(taken)) == ((["accepted", "ok"], 1) if locks else (["ok", "ok"], 2))


def _slowly(taken, row, user, at):
    taken.append(row.pk)
    time.sleep(0.1)
    Invitation.objects.filter(pk=row.pk).update(accepted_at=at, accepted_by=user)


def _answer(invitation, user):
    try:
        actions.accept(invitation=invitation, user=user, at=clock.now(), wall=clock.wall())
    except Refused as refusal:
        return refusal.code
    else:
        return "ok"
    finally:
        connection.close()
