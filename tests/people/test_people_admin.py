"""The administrator's acts on people and centres, and that nobody else has them."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.audit.models import Entry
from portal.centres.models import Centre
from portal.notices.models import Notice
from portal.people.actions import tell_of_security
from portal.people.models import FactorReset, Invitation
from portal.people.rules import RESET_HOLDS
from portal.web.words import day
from tests.factories.people import MembershipFactory, StaffMembershipFactory, signed_in


@pytest.fixture
def admin(db):
    return StaffMembershipFactory(role="admin").user


@pytest.fixture
def officer(db):
    return MembershipFactory().user


LISTS = [
    "/admin/accounts/user/",
    "/admin/centres/centre/",
    "/admin/centres/membership/",
    "/admin/centres/staffmembership/",
    "/admin/people/invitation/",
]


@pytest.mark.parametrize("path", LISTS)
def test_lists_are_for_the_roles_that_have_them(client, admin, officer, path):
    signed_in(client, admin)
    assert client.get(path).status_code == 200
    row = admin.staff_roles.get() if "staffmembership" in path else admin
    for change in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/"):
        assert client.post(path + change, {"name": "Mallory"}).status_code in (403, 404)
    signed_in(client, StaffMembershipFactory(role="panel").user)
    assert client.get(path).status_code == 403
    signed_in(client, officer)
    assert client.get(path).status_code in (302, 403)


def test_the_admin_asks_for_the_second_factor(client, admin):
    assert client.get("/admin/").url.startswith("/admin/login/")
    assert client.get("/admin/login/").url == "/accounts/login/?next=%2Fadmin%2F"
    signed_in(client, admin, factor=None)
    assert client.get("/admin/").url == "/accounts/2fa/totp/activate/"
    signed_in(client, admin)
    assert client.get("/admin/").status_code == 200


def act(client, user, name, **form):
    return client.post(f"/admin/accounts/user/{user.pk}/act/{name}/", {"confirmed": "yes", **form})


def test_switching_an_account_off_ends_its_sessions_for_good(client, admin, officer):
    theirs = signed_in(Client(), officer)
    signed_in(client, admin)
    assert act(client, officer, "deactivate", reason="").status_code == 200
    assert act(client, officer, "deactivate", reason="left").status_code == 302
    assert theirs.get("/centres/").status_code == 302
    assert act(client, officer, "reactivate").status_code == 302
    assert theirs.get("/centres/").status_code == 302
    officer.refresh_from_db()
    assert (officer.is_active, officer.has_usable_password()) == (True, False)
    verbs = list(Entry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["account.deactivated", "account.reactivated"]


def test_two_administrators_reset_a_second_step_which_ends_sessions_and_tells_the_person(client, admin, officer):
    TOTP.activate(officer, generate_totp_secret())
    theirs = signed_in(Client(), officer)
    signed_in(client, admin)
    assert act(client, officer, "reset-factor", reason="lost").status_code == 302
    reset = FactorReset.objects.get()
    confirm = f"/admin/people/factorreset/{reset.pk}/act/confirm/"
    assert "You asked for this reset" in client.post(confirm, {"confirmed": "yes"}).content.decode()
    assert (Authenticator.objects.count(), theirs.get("/centres/").status_code) == (1, 200)
    signed_in(client, StaffMembershipFactory(role="admin").user)
    assert client.post(confirm, {"confirmed": "yes"}).status_code == 302
    assert Authenticator.objects.count() == 0
    assert theirs.get("/centres/").status_code == 302
    assert Notice.objects.get(subject__startswith="Sign in anew").address == officer.email


def test_nobody_acts_on_their_own_account(client, admin):
    signed_in(client, admin)
    for name, reason in (("deactivate", "left"), ("reset-factor", "lost")):
        page = act(client, admin, name, reason=reason)
        assert "your own" in page.context_data["form"].non_field_errors()[0]


@pytest.mark.parametrize("name", ["deactivate", "reset-factor", "give-role", "reactivate"])
def test_other_staff_do_not_act_on_accounts(client, officer, name):
    for role in ("auditor", "casework"):
        signed_in(client, StaffMembershipFactory(role=role).user)
        assert act(client, officer, name, reason="lost").status_code == 403


def test_acts_on_people_ask_for_the_password_again(client, admin, officer, monkeypatch):
    from datetime import timedelta

    from portal import clock

    signed_in(client, admin)
    later = clock.wall() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "wall", lambda: later)
    assert act(client, officer, "deactivate", reason="left").url.startswith("/accounts/confirm/")
    assert client.post("/admin/people/invitation/invite/").url.startswith("/accounts/confirm/")
    officer.refresh_from_db()
    assert officer.is_active


def test_inviting_staff(client, admin, officer):
    form = {"name": "Nia", "email": "nia@board.example", "role": "appeals", "from_on": "2024-06-28"}
    for user, expected in ((officer, 302), (StaffMembershipFactory(role="auditor").user, 403), (admin, 302)):
        signed_in(client, user)
        assert client.post("/admin/people/invitation/invite/", form).status_code == expected
    assert client.get("/admin/people/invitation/").status_code == 200
    invitation = Invitation.objects.get()
    assert (invitation.centre, invitation.role, invitation.by) == (None, "appeals", admin)
    page = client.get(f"/admin/people/invitation/{invitation.pk}/change/")
    assert (page.status_code, invitation.digest in page.content.decode()) == (200, False)


def test_adding_a_centre_invites_its_head(client, admin):
    signed_in(client, admin)
    form = {
        "number": "45678",
        "name": "Westfield School",
        "nation": "wales",
        "head_name": "Hal",
        "head_email": "hal@westfield.example",
    }
    assert client.get("/admin/centres/centre/new/").status_code == 200
    assert list(client.post("/admin/centres/centre/new/", form | {"number": "45x78"}).context_data["form"].errors) == [
        "number"
    ]
    assert client.post("/admin/centres/centre/new/", form).status_code == 302
    assert Invitation.objects.get().centre == Centre.objects.get(number="45678")


def test_a_suspended_centre_is_gone_for_its_people(client, admin, officer):
    centre = officer.memberships.get().centre
    signed_in(client, admin)
    assert client.post(f"/admin/centres/centre/{centre.pk}/act/suspend/", {"confirmed": "yes"}).status_code == 302
    theirs = signed_in(Client(), officer)
    assert theirs.get(f"/c/{centre.number}/people/").status_code == 404
    client.post(f"/admin/centres/centre/{centre.pk}/act/restore/", {"confirmed": "yes"})
    assert theirs.get(f"/c/{centre.number}/people/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "accounts/user/?password__startswith=!A",
        "accounts/user/?password__gte=a",
        "accounts/user/?is_staff__gte=password",
        "people/invitation/?digest__startswith=a",
        "centres/membership/?user__password__startswith=a",
        "centres/staffmembership/?role__in=admin&user__password__startswith=a",
    ],
)
def test_an_address_searches_no_column_but_those_of_the_filters(client, admin, path):
    signed_in(client, admin)
    answer = client.get(f"/admin/{path}")
    assert answer.status_code in (302, 400)
    assert answer.status_code == 400 or answer.url.endswith("?e=1")


def test_no_queue_lets_an_address_search_secrets_or_words(rf, admin):
    from django.contrib import admin as queues

    request = rf.get("/")
    request.user = admin
    for queue in queues.site._registry.values():
        for field in queue.model._meta.get_fields():
            for ending in ("startswith", "regex", "password__startswith", "user__password__startswith"):
                assert not queue.lookup_allowed(f"{field.name}__{ending}", "a", request), (queue, field.name)


def test_the_filters_beside_a_list_still_work(client, admin):
    signed_in(client, admin)
    assert admin.name in client.get("/admin/accounts/user/?is_staff__exact=1").content.decode()
    page = client.get("/admin/accounts/user/?is_staff__exact=0&is_active__exact=1")
    assert (page.status_code, admin.email in page.content.decode()) == (200, False)


def test_a_reset_reads_in_words_and_waits_for_the_second_administrator(client, admin, officer):
    signed_in(client, admin)
    act(client, officer, "reset-factor", reason="new")
    page = f"/admin/people/factorreset/{FactorReset.objects.get().pk}/change/"
    text = client.get(page).content.decode()
    assert "A new phone or computer" in text
    assert day(clock.now()) in text or day(clock.now() + RESET_HOLDS) in text
    assert f"{clock.wall().year}" not in text.split("To be confirmed by")[1].split("</div>")[0]
    second = signed_in(Client(), StaffMembershipFactory(role="admin").user)
    waiting = [[line["words"] for line in one.get("/admin/").context["waiting"]] for one in (client, second)]
    assert waiting == [[], ["1 reset of a second step waits for you to confirm it"]]


@pytest.mark.parametrize(
    ("member", "role", "whom"),
    [
        (MembershipFactory, "officer", "your head of centre"),
        (MembershipFactory, "head", "the awarding organisation"),
        (StaffMembershipFactory, "casework", "an administrator"),
        (StaffMembershipFactory, "admin", "another administrator"),
    ],
)
def test_mail_and_the_account_page_name_whom_this_reader_can_ask(db, member, role, whom):
    user = member(role=role).user
    tell_of_security(user=user, event="passkey_added", address=user.email, at=clock.now(), context={}, key="one")
    assert f"tell {whom} at once" in " ".join(Notice.objects.get().text.split())
    page = signed_in(Client(), user).get(reverse("account:home")).content.decode()
    assert f"ask {whom} to invite the new one" in page
