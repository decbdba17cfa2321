"""Idle locks, twelve hours end, and nothing typed is lost."""

import re

import pytest

from portal.accounts.models import User
from portal.accounts.rules import kept_fields
from portal.audit.models import Entry
from tests.factories.people import PASSWORD, MembershipFactory, StaffMembershipFactory, signed_in

UNLOCK = "/accounts/unlock/"


@pytest.fixture
def head(db, client, wall):
    membership = MembershipFactory(role="head")
    signed_in(client, membership.user, at=wall.at)
    return membership


def invite_path(membership):
    return f"/c/{membership.centre.number}/people/invite/"


TYPED = {
    "name": "Grace “Q” O'Hara & Søn <b>",
    "email": "grace@northgate.example",
    "role": "programme",
    "from_on": "2024-06-28",
    "to_on": "",
    "note": "line one\nline two",
}


def test_thirty_idle_minutes_lock_and_the_password_opens(client, head, wall):
    wall.forward(minutes=29, seconds=59)
    assert client.get("/centres/").status_code == 200
    wall.forward(minutes=30)
    assert client.get("/centres/").url == f"{UNLOCK}?next=%2Fcentres%2F"
    assert client.get("/centres/").url == f"{UNLOCK}?next=%2Fcentres%2F"
    page = client.get(UNLOCK)
    assert re.findall(r'<input type="(?!hidden)(\w+)"', page.content.decode()) == ["password"]
    assert client.post(UNLOCK, {"password": "wrong", "next": "/centres/"}).status_code == 200
    assert client.get("/centres/").status_code == 302
    before = client.session.session_key
    assert client.post(UNLOCK, {"password": PASSWORD, "next": "/centres/"}).url == "/centres/"
    assert client.session.session_key != before
    assert client.get("/centres/").status_code == 200
    assert Entry.objects.filter(verb="account.unlocked").count() == 1


def test_staff_lock_after_fifteen_minutes(client, db, wall):
    signed_in(client, StaffMembershipFactory().user, at=wall.at)
    wall.forward(minutes=14)
    assert client.get("/centres/").status_code == 200
    wall.forward(minutes=15)
    assert client.get("/centres/").status_code == 302


def test_a_lock_does_not_open_by_waiting_or_by_another_page(client, head, wall):
    wall.forward(minutes=31)
    client.get("/centres/")
    for path in ["/accounts/", "/accounts/confirm/", "/accounts/resume/", f"/c/{head.centre.number}/people/"]:
        assert client.get(path).url.startswith(UNLOCK), path
    assert head.user.name not in client.get("/help/").content.decode()
    assert client.get("/centres/").status_code == 302


def test_what_was_typed_survives_the_lock(client, head, wall):
    wall.forward(minutes=45)
    path = invite_path(head)
    assert client.post(path, TYPED).url == f"{UNLOCK}?next={path.replace('/', '%2F')}"
    assert "What you were sending is kept" in client.get(UNLOCK).content.decode()
    assert client.post(UNLOCK, {"password": PASSWORD, "next": path}).url == "/accounts/resume/"
    page = client.get("/accounts/resume/")
    assert page.context["kept"]["path"] == path
    assert hidden(page, path) == TYPED
    assert client.post(path, hidden(page, path)).status_code == 302
    assert head.centre.invitations.get().name == TYPED["name"]
    assert "kept" not in client.session


def hidden(page, path):
    """The fields that a browser would send on, unescaped as a browser does."""
    from html import unescape

    form = page.content.decode().split(f'action="{path}"')[1].split("</form>")[0]
    found = re.findall(r'name="([^"]+)" value="([^"]*)"', form)
    return {unescape(name): unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_twelve_hours_end_the_session_and_keep_the_typing_for_its_owner(client, head, wall):
    path = invite_path(head)
    answers = []
    for _ in range(25):  # in use all the time: 24 times 29 minutes are 11:36, 25 times 12:05
        wall.forward(minutes=29)
        answers.append(client.get("/centres/").status_code)
    assert answers == [200] * 24 + [302]
    assert "_auth_user_id" not in client.session
    signed_in(client, head.user, at=wall.at)
    wall.forward(hours=16)  # the form stood open overnight
    assert client.post(path, TYPED).url == "/accounts/login/?next=%2Faccounts%2Fresume%2F"
    assert client.get("/accounts/resume/").url == "/accounts/login/?next=/accounts/resume/"
    signed_in(client, head.user, at=wall.at)
    assert hidden(client.get("/accounts/resume/"), path) == TYPED


def test_kept_typing_is_never_shown_to_somebody_else(client, head, wall):
    wall.forward(hours=16)
    client.post(invite_path(head), TYPED)
    other = MembershipFactory(centre=head.centre, role="head").user
    signed_in(client, other, at=wall.at)
    assert client.get("/accounts/resume/").url == "/"
    assert "kept" not in client.session


def test_typing_can_be_thrown_away(client, head, wall):
    wall.forward(minutes=45)
    client.post(invite_path(head), TYPED)
    client.post(UNLOCK, {"password": PASSWORD})
    assert client.post("/accounts/resume/").url == invite_path(head)
    assert client.get("/accounts/resume/").url == "/"


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ([("note", "a")], [("note", "a")]),
        ([("csrfmiddlewaretoken", "x"), ("password1", "x"), ("oldpassword", "x"), ("note", "a")], [("note", "a")]),
        ([("unit", "1"), ("unit", "2")], [("unit", "1"), ("unit", "2")]),
        ([("n", "x" * (64 * 1024 - 1))], [("n", "x" * (64 * 1024 - 1))]),
        ([("n", "x" * (64 * 1024))], []),
        ([("n", "é" * (32 * 1024))], []),
    ],
)
def test_what_waits_is_bounded_and_holds_no_password(fields, kept):
    assert kept_fields(fields) == kept


def test_a_demo_session_locks_too_and_opens_with_one_click(client, db, wall, settings):
    person = MembershipFactory().user
    signed_in(client, person, factor="demo", at=wall.at)
    wall.forward(minutes=31)
    assert client.get("/centres/").status_code == 302
    page = client.get(UNLOCK).content.decode()
    assert (f"Continue as {person.name}" in page, 'type="password"' in page) == (True, False)
    assert client.post(UNLOCK, {"next": "/centres/"}).url == "/centres/"
    # The control: without the demo the same post opens nothing.
    wall.forward(minutes=31)
    client.get("/centres/")
    settings.DEMO = False
    client.post(UNLOCK, {"next": "/centres/"})
    assert client.session["locked"] is True


def test_last_seen_is_written_at_most_once_a_minute(client, head, wall):
    wall.forward(seconds=61)
    client.get("/centres/")
    seen = User.objects.get(pk=head.user.pk).last_seen_at
    assert seen is not None
    User.objects.update(last_seen_at=None)
    wall.forward(seconds=30)
    client.get("/centres/")
    assert User.objects.get(pk=head.user.pk).last_seen_at is None
    wall.forward(seconds=31)
    client.get("/centres/")
    assert User.objects.get(pk=head.user.pk).last_seen_at is not None


# --- step-up ---


def test_a_sensitive_act_asks_for_the_password_after_five_minutes_and_keeps_the_typing(client, head, wall):
    path = invite_path(head)
    assert client.get(path).status_code == 200
    wall.forward(minutes=5)
    assert client.get(path).url == f"/accounts/confirm/?next={path.replace('/', '%2F')}"
    assert client.post(path, TYPED).url.startswith("/accounts/confirm/")
    assert head.centre.invitations.count() == 0
    assert client.post("/accounts/confirm/", {"password": "wrong", "next": path}).status_code == 200
    assert client.post("/accounts/confirm/", {"password": PASSWORD, "next": path}).url == "/accounts/resume/"
    page = client.get("/accounts/resume/")
    assert client.post(path, hidden(page, path)).status_code == 302
    assert head.centre.invitations.count() == 1


def test_step_up_comes_after_the_door(client, head, wall):
    """A stranger and a colleague without the capability learn nothing by being asked for a password."""
    signed_in(client, MembershipFactory().user, at=wall.at)
    wall.forward(minutes=6)
    assert client.get(invite_path(head)).status_code == 404
    signed_in(client, MembershipFactory(centre=head.centre, role="officer").user, at=wall.at)
    wall.forward(minutes=6)
    assert client.get(invite_path(head)).status_code == 403


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_unlocking_leads_nowhere_else(client, head, wall, evil):
    wall.forward(minutes=31)
    client.get("/centres/")
    assert client.post(UNLOCK, {"password": PASSWORD, "next": evil}).url == "/"


@pytest.mark.parametrize("wanted", ["foo", "-1", "account:home", "//elsewhere.example/", "https://elsewhere.example/"])
def test_what_is_no_path_of_ours_leads_to_the_start(client, officer, wanted):
    signed_in(client, officer)
    assert client.get("/accounts/unlock/", {"next": wanted}).url == "/"
    assert client.post("/accounts/confirm/", {"password": PASSWORD, "next": wanted}).url == "/"
    # The control: a path of ours is kept.
    assert client.get("/accounts/unlock/", {"next": "/centres/"}).url == "/centres/"
