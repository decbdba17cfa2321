"""The people of a centre: owner, colleague and stranger on every page, and what the acts refuse."""

from datetime import date, timedelta

import pytest

from portal import clock
from portal.centres.models import Membership
from portal.centres.rules import Role
from portal.notices.models import Notice
from portal.people import actions
from tests.factories.people import CentreFactory, MembershipFactory, signed_in

TODAY = date(2024, 6, 28)


@pytest.fixture
def centre(db):
    return CentreFactory(number="12345", name="Northgate College")


@pytest.fixture
def head(centre):
    return MembershipFactory(centre=centre, role="head")


@pytest.fixture
def officer(centre):
    return MembershipFactory(centre=centre, role="officer")


@pytest.fixture
def stranger(db):
    return MembershipFactory(centre=CentreFactory(number="23456"), role="head")


@pytest.fixture
def invitation(head):
    return actions.invite(
        centre=head.centre,
        email="grace@northgate.example",
        name="Grace",
        role=Role.DEPUTY,
        from_on=TODAY,
        by=head.user,
        at=clock.now(),
        wall=clock.wall(),
    )


@pytest.fixture
def pages(head, officer, invitation):
    """Every page of the room: (path, capability for reading only, method)."""
    base = "/c/12345/people/"
    return [
        (base, True, "get"),
        (f"{base}invite/", False, "get"),
        (f"{base}invite/", False, "post"),
        (f"{base}{officer.user.pk}/role/", False, "get"),
        (f"{base}{officer.user.pk}/role/", False, "post"),
        (f"{base}roles/{officer.pk}/", False, "get"),
        (f"{base}roles/{officer.pk}/", False, "post"),
        (f"{base}roles/{officer.pk}/end/", False, "get"),
        (f"{base}roles/{officer.pk}/end/", False, "post"),
        (f"{base}invitations/{invitation.pk}/again/", False, "post"),
        (f"{base}invitations/{invitation.pk}/revoke/", False, "post"),
    ]


def test_the_head_a_colleague_and_a_stranger_on_every_page(client, pages, head, officer, stranger):
    for path, readable, method in pages:
        call = getattr(client, method)
        signed_in(client, stranger.user)
        assert call(path).status_code == 404, path
        signed_in(client, officer.user)
        assert call(path).status_code == (200 if readable else 403), path
    for path, _, method in pages:
        signed_in(client, head.user)
        assert getattr(client, method)(path).status_code in (200, 302), path


def test_another_centres_rows_do_not_exist_under_ones_own_number(client, stranger, officer, invitation):
    signed_in(client, stranger.user)
    base = "/c/23456/people/"
    absent = client.get(f"{base}roles/999999/")
    for path in (f"{base}roles/{officer.pk}/", f"{base}roles/{officer.pk}/end/", f"{base}{officer.user.pk}/role/"):
        answer = client.get(path)
        assert (answer.status_code, answer.content) == (404, absent.content), path
    for act in ("again", "revoke"):
        assert client.post(f"{base}invitations/{invitation.pk}/{act}/").status_code == 404
    invitation.refresh_from_db()
    assert (invitation.revoked_at, invitation.sent) == (None, 1)


def test_a_reader_sees_no_acts(client, centre, head):
    signed_in(client, MembershipFactory(centre=centre, role="reader").user)
    page = client.get("/c/12345/people/").content.decode()
    assert ("Invite somebody" in page, "Last day of" in page, head.user.name in page) == (False, False, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_with_one_row_and_with_three(client, centre, head, rows, django_assert_num_queries):
    for _ in range(rows - 1):
        MembershipFactory(centre=centre, role="reader")
    signed_in(client, head.user)
    client.get("/c/12345/people/")
    # session, user, the actor's roles, people, invitations, delegations, resets, factors, register, unread messages
    with django_assert_num_queries(10):
        client.get("/c/12345/people/")


def test_inviting_from_the_page(client, head):
    signed_in(client, head.user)
    form = {"name": "Sam", "email": "sam@northgate.example", "role": "senco", "from_on": "2024-06-28", "to_on": ""}
    assert client.post("/c/12345/people/invite/", form).url == "/c/12345/people/"
    again = client.post("/c/12345/people/invite/", form)
    assert "already invited" in again.context["form"].errors["email"][0]
    backwards = client.post("/c/12345/people/invite/", form | {"role": "reader", "to_on": "2024-06-01"})
    assert list(backwards.context["form"].errors) == ["to_on"]


def test_a_further_role_is_told_by_mail_and_holds_at_once(client, head, officer):
    signed_in(client, head.user)
    path = f"/c/12345/people/{officer.user.pk}/role/"
    form = {"role": "head", "from_on": "2024-06-28", "to_on": ""}
    assert client.post(path, form).status_code == 302
    notice = Notice.objects.get(user=officer.user)
    assert notice.subject == "You have a new role: head of centre, from Friday 28 June 2024"
    assert "already head of centre" in client.post(path, form).context["form"].errors["role"][0]
    signed_in(client, officer.user)
    assert client.get("/c/12345/people/invite/").status_code == 200


def test_an_ended_role_is_refused_with_the_next_request(client, head, officer):
    from django.test import Client

    theirs = signed_in(Client(), officer.user)
    assert theirs.get("/c/12345/people/").status_code == 200
    signed_in(client, head.user)
    assert client.post(f"/c/12345/people/roles/{officer.pk}/end/", {"version": 1}).status_code == 302
    assert theirs.get("/c/12345/people/").status_code == 404
    officer.refresh_from_db()
    assert officer.to_on == TODAY - timedelta(days=1)


def test_the_last_head_stays(client, head):
    signed_in(client, head.user)
    for page, form in (
        (f"/c/12345/people/roles/{head.pk}/end/", {"version": 1}),
        (f"/c/12345/people/roles/{head.pk}/", {"version": 1, "to_on": "2024-07-31"}),
    ):
        answer = client.post(page, form)
        assert "last head of centre" in answer.context["form"].non_field_errors()[0]
    # The control: with a second head the first may go.
    MembershipFactory(centre=head.centre, role="head")
    assert client.post(f"/c/12345/people/roles/{head.pk}/end/", {"version": 1}).status_code == 302


def test_a_head_who_is_switched_off_or_leaves_sooner_does_not_count(client, head):
    MembershipFactory(centre=head.centre, role="head", user__is_active=False)
    MembershipFactory(centre=head.centre, role="head", to_on=TODAY)
    signed_in(client, head.user)
    answer = client.post(f"/c/12345/people/roles/{head.pk}/", {"version": 1, "to_on": "2024-07-31"})
    assert "last head of centre" in answer.context["form"].non_field_errors()[0]


def test_a_stale_page_shows_both_versions_and_changes_nothing(client, head, officer):
    signed_in(client, head.user)
    path = f"/c/12345/people/roles/{officer.pk}/"
    assert client.post(path, {"version": 1, "to_on": "2024-08-31"}).status_code == 302
    stale = client.post(path, {"version": 1, "to_on": "2024-07-31"})
    words = stale.content.decode()
    assert stale.status_code == 409
    assert ("last day 31 August 2024" in words, "last day 31 July 2024" in words) == (True, True)
    officer.refresh_from_db()
    assert (officer.to_on, officer.version) == (date(2024, 8, 31), 2)


def test_a_last_day_in_the_past_is_refused(client, head, officer):
    signed_in(client, head.user)
    answer = client.post(f"/c/12345/people/roles/{officer.pk}/", {"version": 1, "to_on": "2024-06-27"})
    assert "cannot lie in the past" in answer.context["form"].errors["to_on"][0]


def test_invitations_are_sent_again_and_withdrawn_from_the_page(client, head, invitation):
    signed_in(client, head.user)
    base = f"/c/12345/people/invitations/{invitation.pk}"
    assert client.post(f"{base}/again/").status_code == 302
    assert client.post(f"{base}/revoke/").status_code == 302
    invitation.refresh_from_db()
    assert (invitation.sent, invitation.revoked_at is not None) == (2, True)
    page = client.post(f"{base}/again/", follow=True)
    assert "was withdrawn" in page.content.decode()


def test_the_chooser_lists_the_centres_of_a_person_with_their_roles(client, head, stranger):
    Membership.objects.create(centre=stranger.centre, user=head.user, role="quality", from_on=TODAY)
    gone = MembershipFactory(user=head.user, to_on=TODAY - timedelta(days=1)).centre
    signed_in(client, head.user)
    page = client.get("/centres/")
    shown = [(row["centre"].number, row["roles"]) for row in page.context["rows"]]
    assert shown == [("12345", "head of centre"), ("23456", "quality nominee")]
    assert gone.number not in page.content.decode()


@pytest.mark.parametrize(
    "path",
    ["people/{}/role/", "people/roles/{}/", "people/roles/{}/end/"],
)
def test_a_number_that_no_row_can_have_is_not_found(client, db, path):
    head = MembershipFactory(role="head")
    signed_in(client, head.user)
    for number in (2**63 - 1, 2**63, 10**30):
        assert client.get(f"/c/{head.centre.number}/{path.format(number)}").status_code == 404


@pytest.mark.parametrize("act", ["again", "revoke"])
def test_an_invitation_that_no_row_can_be_is_not_found(client, db, act):
    head = MembershipFactory(role="head")
    signed_in(client, head.user)
    for number in (2**63 - 1, 2**63, 10**30):
        answer = client.post(f"/c/{head.centre.number}/people/invitations/{number}/{act}/")
        assert answer.status_code == 404
