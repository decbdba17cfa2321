"""The yearly register of accounts: what it lists, who confirms it, what is kept, and when it is asked for."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from portal import clock
from portal.centres.actions import delegate
from portal.centres.rules import Bundle
from portal.errors import Refused
from portal.people import actions
from portal.people.models import RegisterConfirmation
from portal.people.queries import register_due, register_now
from portal.people.rules import school_year, window
from tests.factories.people import CentreFactory, MembershipFactory, signed_in

TODAY = date(2024, 6, 28)


@pytest.fixture
def centre(db):
    return CentreFactory(number="12345", name="Northgate College")


@pytest.fixture
def head(centre):
    return MembershipFactory(centre=centre, role="head").user


def confirm(centre, by, *, at=None, seen=None):
    at = at or clock.now()
    seen = seen or register_now(centre=centre, on=clock.london_date(at)).seal
    return actions.confirm_register(centre=centre, seen=seen, by=by, at=at)


def code_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


@pytest.mark.parametrize(
    ("on", "year", "words"),
    [
        (date(2024, 8, 31), 2023, "2023/24"),
        (date(2024, 9, 1), 2024, "2024/25"),
        (date(2099, 12, 31), 2099, "2099/00"),
    ],
)
def test_a_school_year_begins_in_september(on, year, words):
    assert (school_year(on), window(on).words) == (year, words)


def test_the_window_runs_from_september_to_the_end_of_october():
    found = window(date(2024, 6, 28))
    assert (found.opens_on, found.due_on) == (date(2023, 9, 1), date(2023, 10, 31))


def test_it_lists_people_delegations_and_leavers(centre, head):
    deputy = MembershipFactory(centre=centre, role="deputy").user
    days = {"from_on": TODAY, "to_on": date(2024, 7, 31)}
    delegate(centre=centre, user=deputy, bundle=Bundle.PEOPLE, by=head, at=clock.now(), **days)
    left = MembershipFactory(centre=centre, role="reader", to_on=date(2024, 6, 27)).user
    MembershipFactory(centre=centre, role="senco", user=deputy, to_on=date(2024, 6, 1))
    long_gone = MembershipFactory(centre=centre, from_on=date(2020, 9, 1), to_on=date(2021, 7, 1)).user
    register = register_now(centre=centre, on=TODAY)
    assert [(line["name"], line["roles"], line["delegations"]) for line in register.people] == [
        (head.name, "Head of centre", ""),
        (deputy.name, "Deputy exams officer", "May manage people until 31 July 2024"),
    ]
    assert [(line["name"], line["left"]) for line in register.leavers] == [(left.name, "27 June 2024")]
    assert long_gone.name not in str(register.leavers)


def test_leavers_are_those_since_the_last_confirmation(centre, head):
    MembershipFactory(centre=centre, role="reader", to_on=date(2023, 10, 1))
    confirm(centre, head, at=datetime(2023, 10, 10, 9, tzinfo=UTC))
    left = MembershipFactory(centre=centre, role="reader", to_on=date(2023, 11, 1)).user
    assert [line["name"] for line in register_now(centre=centre, on=TODAY).leavers] == [left.name]


def test_the_head_confirms_once_a_school_year_what_was_read(centre, head):
    officer = MembershipFactory(centre=centre, role="officer").user
    assert code_of(lambda: confirm(centre, officer)) == "not_head"
    read = register_now(centre=centre, on=TODAY).seal
    MembershipFactory(centre=centre, role="reader")
    assert code_of(lambda: confirm(centre, head, seen=read)) == "changed"
    kept = confirm(centre, head)
    assert {row["user"] for row in kept.listed["people"]} == {head.pk, officer.pk, *_readers(centre)}
    assert code_of(lambda: confirm(centre, head)) == "confirmed"
    assert confirm(centre, head, at=datetime(2024, 9, 2, 9, tzinfo=UTC)).school_year == 2024


def _readers(centre):
    return centre.memberships.filter(role="reader").values_list("user", flat=True)


def test_a_sign_in_meanwhile_makes_no_other_list(centre, head):
    read = register_now(centre=centre, on=TODAY).seal
    head.last_seen_at = clock.now() - timedelta(days=3)
    head.save()
    assert confirm(centre, head, seen=read).confirmed_by == head


def test_what_is_kept_holds_no_names(centre, head):
    kept = confirm(centre, head)
    assert head.name not in str(kept.listed)
    assert head.email not in str(kept.listed)


def test_the_people_page_asks_the_head_until_it_is_confirmed(client, centre, head):
    signed_in(client, head)
    assert register_due(centre=centre, on=TODAY) == date(2023, 10, 31)
    assert "due Tuesday 31 October 2023" in client.get("/c/12345/people/").content.decode()
    page = client.get("/c/12345/people/register/")
    assert "This should have been confirmed by Tuesday 31 October 2023." in page.content.decode()
    client.post("/c/12345/people/register/confirm/", {"seen": page.context["register"].seal})
    assert register_due(centre=centre, on=TODAY) is None
    after = client.get("/c/12345/people/register/").content.decode()
    assert f"Confirmed on Friday 28 June 2024 by {head.name}." in after


def test_others_read_it_and_strangers_find_nothing(client, centre, head):
    kept = confirm(centre, head)
    reader = MembershipFactory(centre=centre, role="reader").user
    signed_in(client, reader)
    assert client.get("/c/12345/people/register/").status_code == 200
    assert client.post("/c/12345/people/register/confirm/").status_code == 403
    document = client.get(f"/c/12345/people/register/{kept.pk}/pdf/")
    assert (document["Content-Type"], document.content[:5]) == ("application/pdf", b"%PDF-")
    stranger = signed_in(Client(), MembershipFactory(role="head").user)
    assert stranger.get(f"/c/12345/people/register/{kept.pk}/pdf/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_costs_the_same_with_one_row_and_with_three(client, centre, head, rows, django_assert_num_queries):
    for _ in range(rows):
        MembershipFactory(centre=centre, role="reader", to_on=date(2024, 6, 1))
        MembershipFactory(centre=centre, role="reader")
    signed_in(client, head)
    client.get("/c/12345/people/register/")
    # session, user, the actor's roles, confirmations twice, members, delegations, names, unread messages
    with django_assert_num_queries(9):
        client.get("/c/12345/people/register/")


def test_two_confirmations_of_one_year_are_refused_by_the_database(centre, head):
    from django.db import IntegrityError, transaction

    confirm(centre, head)
    row = RegisterConfirmation.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
