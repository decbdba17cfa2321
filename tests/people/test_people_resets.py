"""A lost second step: two people decide, neither for themselves, in time, and the person is let back in."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import IntegrityError, connection, transaction
from django.test import Client

from portal import clock
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.centres.actions import delegate
from portal.centres.rules import Bundle, StaffRole
from portal.errors import Refused
from portal.notices.models import Notice
from portal.people import actions
from portal.people.models import FactorReset
from portal.people.rules import RESET_HOLDS
from tests.factories.people import CentreFactory, MembershipFactory, StaffMembershipFactory, signed_in

TODAY = date(2024, 6, 28)


@pytest.fixture
def centre(db):
    return CentreFactory(number="12345", name="Northgate College")


@pytest.fixture
def heads(centre):
    return [MembershipFactory(centre=centre, role="head").user for _ in range(2)]


@pytest.fixture
def officer(centre):
    user = MembershipFactory(centre=centre, role="officer").user
    TOTP.activate(user, generate_totp_secret())
    return user


def ask(user, by, *, centre, wall=None):
    wall = wall or clock.wall()
    return actions.ask_reset(centre=centre, user=user, reason="new", by=by, at=clock.now(), wall=wall)


def confirm(reset, by, *, wall=None):
    return actions.confirm_reset(reset=reset, by=by, at=clock.now(), wall=wall or clock.wall())


def code_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def told():
    return sorted((notice.subject, notice.address) for notice in Notice.objects.all())


def test_a_second_person_confirms_and_a_link_lets_the_person_start_anew(centre, heads, officer):
    theirs = signed_in(Client(), officer)
    reset = ask(officer, heads[0], centre=centre)
    assert told() == [
        ("A reset of your second step was asked for", officer.email),
        ("A second step waits for you to confirm its reset", heads[1].email),
    ]
    assert theirs.get("/accounts/").status_code == 200
    confirm(reset, heads[1])
    assert not Authenticator.objects.filter(user=officer).exists()
    assert theirs.get("/accounts/").status_code == 302
    mail = Notice.objects.get(subject__startswith="Sign in anew")
    assert (mail.address, mail.secret, mail.user) == (officer.email, True, None)
    verbs = ["people.reset_asked", "account.factor_reset", "people.reset_confirmed"]
    assert list(Entry.objects.filter(verb__contains="reset").order_by("id").values_list("verb", flat=True)) == verbs
    done = Notice.objects.filter(subject="A second step was reset").values_list("address", flat=True)
    assert sorted(done) == sorted(head.email for head in heads)


def test_the_link_of_the_mail_works_once(centre, heads, officer):
    confirm(ask(officer, heads[0], centre=centre), heads[1])
    text = Notice.objects.get(subject__startswith="Sign in anew").text
    path = re.search(r"(/accounts/password/reset/key/\S+)", text)[1]
    new = {"password1": "copper lantern meadow quill", "password2": "copper lantern meadow quill"}
    visitor = Client()
    page = visitor.get(path, follow=True)
    assert visitor.post(page.redirect_chain[-1][0], new).status_code == 302
    signed = visitor.post("/accounts/login/", {"login": officer.email, "password": new["password1"]}, follow=True)
    assert signed.redirect_chain[-1][0] == "/accounts/2fa/totp/activate/"
    assert "has been used" in Client().get(path, follow=True).content.decode()


def test_nobody_confirms_their_own_or_resets_themselves(centre, heads, officer):
    assert code_of(lambda: ask(heads[0], heads[0], centre=centre)) == "oneself"
    assert code_of(lambda: confirm(ask(officer, heads[0], centre=centre), heads[0])) == "asker"
    assert code_of(lambda: confirm(ask(heads[1], heads[0], centre=centre), heads[1])) == "oneself"


def test_only_those_who_manage_people_there_ask_and_confirm(centre, heads, officer):
    elsewhere = MembershipFactory(role="head")
    reader = MembershipFactory(centre=centre, role="reader").user
    assert code_of(lambda: ask(heads[0], reader, centre=centre)) == "may_not"
    assert code_of(lambda: ask(officer, elsewhere.user, centre=centre)) == "may_not"
    assert code_of(lambda: ask(officer, elsewhere.user, centre=elsewhere.centre)) == "not_a_member"
    reset = ask(officer, heads[0], centre=centre)
    administrator = StaffMembershipFactory(role="admin").user
    for stranger in (reader, elsewhere.user, administrator):
        assert code_of(lambda by=stranger: confirm(reset, by)) == "may_not"


def test_a_delegate_is_a_second_person(centre, officer):
    head, deputy = (MembershipFactory(centre=centre, role=role).user for role in ("head", "deputy"))
    days = {"from_on": TODAY, "to_on": TODAY}
    delegate(centre=centre, user=deputy, bundle=Bundle.PEOPLE, by=head, at=clock.now(), **days)
    assert confirm(ask(officer, deputy, centre=centre), head).confirmed_by == head


def test_where_the_centre_has_nobody_else_an_administrator_confirms(centre, officer):
    head, administrator = MembershipFactory(centre=centre, role="head").user, StaffMembershipFactory(role="admin").user
    reset = ask(officer, head, centre=centre)
    assert Notice.objects.filter(address=administrator.email).count() == 1
    assert confirm(reset, administrator).confirmed_by == administrator


def test_staff_are_reset_by_two_administrators_and_never_by_a_centre(centre, heads):
    one, two, panel = (StaffMembershipFactory(role=role).user for role in ("admin", "admin", "panel"))
    MembershipFactory(centre=centre, user=panel)
    assert code_of(lambda: ask(panel, heads[0], centre=centre)) == "staff"
    reset = ask(panel, one, centre=None)
    assert code_of(lambda: confirm(reset, one)) == "asker"
    assert code_of(lambda: confirm(reset, heads[0])) == "may_not"
    assert confirm(reset, two).confirmed_by == two


def test_it_is_confirmed_in_time_or_not_at_all(centre, heads, officer):
    wall = clock.wall()
    reset = ask(officer, heads[0], centre=centre, wall=wall)
    assert code_of(lambda: ask(officer, heads[1], centre=centre, wall=wall)) == "waiting"
    assert code_of(lambda: confirm(reset, heads[1], wall=wall + RESET_HOLDS)) == "expired"
    anew = ask(officer, heads[1], centre=centre, wall=wall + RESET_HOLDS)
    last_moment = wall + 2 * RESET_HOLDS - timedelta(seconds=1)
    assert confirm(anew, heads[0], wall=last_moment).pk == anew.pk
    assert code_of(lambda: confirm(anew, heads[0], wall=last_moment)) == "confirmed"


def test_a_reset_that_was_withdrawn_changes_nothing(centre, heads, officer):
    reset = ask(officer, heads[0], centre=centre)
    actions.withdraw_reset(reset=reset, by=heads[0], at=clock.now(), wall=clock.wall())
    assert code_of(lambda: confirm(reset, heads[1])) == "withdrawn"
    assert Authenticator.objects.filter(user=officer).count() == 1


def test_who_asked_must_still_manage_people_when_it_is_confirmed(centre, heads, officer):
    reset = ask(officer, heads[0], centre=centre)
    heads[0].memberships.update(to_on=date(2024, 6, 1))
    assert code_of(lambda: confirm(reset, heads[1])) == "asker_may_not"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (lambda user, centre: user.memberships.update(to_on=TODAY - timedelta(days=1)), "not_a_member"),
        (lambda user, centre: User.objects.filter(pk=user.pk).update(is_staff=True), "staff"),
        (lambda user, centre: User.objects.filter(pk=user.pk).update(is_active=False), "off"),
        (lambda user, centre: type(centre).objects.update(suspended_at=clock.now()), "suspended"),
    ],
)
def test_whoever_it_is_for_is_looked_at_again_when_it_is_confirmed(centre, heads, officer, changed, code):
    reset = ask(officer, heads[0], centre=centre)
    changed(officer, centre)
    assert code_of(lambda: confirm(reset, heads[1])) == code
    assert Authenticator.objects.filter(user=officer).count() == 1


def _leave(officer, centre, by):
    row = officer.memberships.get()
    actions.end_role(membership=row, version=row.version, by=by, at=clock.now())


def _switch_off(officer, centre, by):
    actions.deactivate(user=officer, reason="left", by=by, at=clock.now())


def _suspend(officer, centre, by):
    actions.suspend_centre(centre=centre, by=by, at=clock.now())


def _become_staff(officer, centre, by):
    administrator = StaffMembershipFactory(role="admin").user
    said = {"email": officer.email, "name": officer.name, "role": StaffRole.PANEL, "from_on": TODAY}
    asked = actions.invite(centre=None, **said, by=administrator, at=clock.now(), wall=clock.wall())
    actions.accept(invitation=asked, user=officer, at=clock.now(), wall=clock.wall())


@pytest.mark.parametrize("act", [_leave, _switch_off, _suspend, _become_staff])
def test_a_reset_falls_with_what_it_rested_on(centre, heads, officer, act):
    reset = ask(officer, heads[0], centre=centre)
    other = ask(heads[1], heads[0], centre=centre)
    act(officer, centre, heads[0])
    assert code_of(lambda: confirm(reset, heads[1])) == "withdrawn"
    # The control: a colleague's reset stands, unless the whole centre fell.
    other.refresh_from_db()
    assert (other.withdrawn_at is None) is (act is not _suspend)


def test_a_heads_reset_takes_another_head_or_an_administrator_never_a_delegate(centre):
    head, one, two = (MembershipFactory(centre=centre, role=role).user for role in ("head", "reader", "reader"))
    administrator = StaffMembershipFactory(role="admin").user
    for reader in (one, two):
        days = {"from_on": TODAY, "to_on": TODAY}
        delegate(centre=centre, user=reader, bundle=Bundle.PEOPLE, by=head, at=clock.now(), **days)
    reset = ask(head, one, centre=centre)
    assert code_of(lambda: confirm(reset, two)) == "may_not"
    assert (
        "Confirm the reset" not in signed_in(Client(), two).get(f"/c/12345/people/resets/{reset.pk}/").content.decode()
    )
    assert confirm(reset, administrator).confirmed_by == administrator
    # The control: for somebody who is not head the delegates are enough.
    member = MembershipFactory(centre=centre, role="officer").user
    assert confirm(ask(member, one, centre=centre), two).confirmed_by == two
    second = MembershipFactory(centre=centre, role="head").user
    assert confirm(ask(head, one, centre=centre), second).confirmed_by == second


@pytest.mark.parametrize("who", ["asker", "person"])
def test_the_database_holds_two_people(centre, heads, officer, who):
    reset = ask(officer, heads[0], centre=centre)
    same = heads[0] if who == "asker" else officer
    with pytest.raises(IntegrityError), transaction.atomic():
        FactorReset.objects.filter(pk=reset.pk).update(confirmed_at=clock.now(), confirmed_by=same)
    # The control: a third person is allowed.
    FactorReset.objects.filter(pk=reset.pk).update(confirmed_at=clock.now(), confirmed_by=heads[1])


def test_the_pages_take_one_person_through_asking_and_another_through_confirming(client, centre, heads, officer):
    signed_in(client, heads[0])
    page = client.get(f"/c/12345/people/{officer.pk}/reset/")
    assert "Make sure that it is" in page.content.decode()
    empty = client.post(f"/c/12345/people/{officer.pk}/reset/", {"reason": ""})
    assert empty.context["form"].errors["reason"] == ["Choose what has happened."]
    path = client.post(f"/c/12345/people/{officer.pk}/reset/", {"reason": "new"}).url
    assert heads[1].name in client.get(path).content.decode()
    assert "Confirm the reset" not in client.get(path).content.decode()
    signed_in(client, heads[1])
    assert "Confirm it or withdraw it" in client.get("/c/12345/people/").content.decode()
    client.post(f"{path}confirm/")
    assert f"Confirmed by</dt><dd>{heads[1].name}" in client.get(path).content.decode()
    signed_in(client, MembershipFactory(centre=centre, role="reader").user)
    assert client.get(path).status_code == 403


def together(acts):
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


def three_heads():
    centre = CentreFactory()
    users = [MembershipFactory(centre=centre, role="head").user for _ in range(3)]
    return centre, users, MembershipFactory(centre=centre, role="officer").user


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_confirm_once():
    centre, heads, person = three_heads()
    reset = ask(person, heads[0], centre=centre)
    assert together([lambda by=by: confirm(reset, by) for by in heads[1:]]) == ["confirmed", "done"]
    assert Notice.objects.filter(subject__startswith="Sign in anew").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_ask_once():
    centre, heads, person = three_heads()
    assert together([lambda by=by: ask(person, by, centre=centre) for by in heads[:2]]) == ["done", "waiting"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_both_confirm():
    centre, heads, person = three_heads()
    reset = ask(person, heads[0], centre=centre)
    looked = Barrier(2)

    def careless(by):
        row = FactorReset.objects.get(pk=reset.pk)
        assert row.confirmed_at is None
        looked.wait(timeout=10)
        FactorReset.objects.filter(pk=row.pk).update(confirmed_at=clock.now(), confirmed_by=by)

    assert together([lambda by=by: careless(by) for by in heads[1:]]) == ["done", "done"]
