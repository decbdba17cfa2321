"""Full awards and cash-ins have key dates of their own: when one moves, the other's work stays where it was."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from claims.actions.contacts import write_to_centres
from claims.models import Readiness
from deadlines.actions import approve_date, plan_reminders, propose_date
from deadlines.actions.feeds import renew_feed
from deadlines.models import Reminder
from deadlines.queries import key_date
from deadlines.queries.affected import affected_by
from deadlines.queries.feed import items_of
from portal.notices.models import Notice
from tests.factories.claims import GRADES, JUNE, business, learner_on, programme, summer
from tests.factories.people import CentreFactory, MembershipFactory, StaffMembershipFactory, UserFactory, signed_in

pytestmark = pytest.mark.django_db
HALF = {unit: grade for unit, grade in GRADES.items() if unit != "8"}
FULL, CASH_IN = date(2024, 7, 8), date(2024, 7, 5)


@pytest.fixture
def centre():
    """Three learners at risk: a full award ready, one blocked, and a cash-in ready."""
    centre = CentreFactory()
    full = programme(centre)
    learner_on(full)
    learner_on(full, grades=HALF)
    learner_on(programme(centre, business(claim_kind="cash_in")))
    assert sorted(Readiness.objects.values_list("kind", "state")) == [
        ("cash_in", "ready"),
        ("full_award", "blocked"),
        ("full_award", "ready"),
    ]
    return centre


@pytest.fixture
def officer(centre):
    return MembershipFactory(centre=centre, role="officer").user


def moved(key="claims.full_award", on=FULL):
    current = key_date(key=key, series=summer())
    one, other = (StaffMembershipFactory(role="dates").user for _ in range(2))
    proposal = propose_date(key_date=current, on=on, reason="Snow.", by=one, at=JUNE)
    approve_date(proposal=proposal, by=other, at=JUNE)


def needs(user, centre):
    page = signed_in(Client(), user).get(reverse("dashboard:home", kwargs={"number": centre.number}))
    return [(item["on"], item["act"], item["url"].partition("?")[2]) for item in page.context["needs"]]


def reminders():
    return sorted(
        Reminder.objects.filter(cancelled_at=None).values_list("key_date__key", "key_date__on", "duty", "outstanding")
    )


def test_dates_on_one_day_share_a_line_a_count_and_a_reminder(centre, officer):
    assert needs(officer, centre) == [
        (CASH_IN, "Claim for 2 learners who are ready", "state=ready"),
        (CASH_IN, "Unblock 1 learner", "state=blocked"),
    ]
    plan_reminders(as_of=JUNE)
    assert reminders() == [
        ("claims.full_award", CASH_IN, "claims.blocked", 1),
        ("claims.full_award", CASH_IN, "claims.ready", 2),
    ]


def test_when_one_moves_home_says_each_day_with_its_own_count(centre, officer):
    moved()
    assert needs(officer, centre) == [
        (CASH_IN, "Claim for 1 learner who is ready", "state=ready&kind=cash_in"),
        (FULL, "Claim for 1 learner who is ready", "state=ready&kind=full_award"),
        (FULL, "Unblock 1 learner", "state=blocked&kind=full_award"),
    ]


def test_reminders_follow_each_day(centre, officer):
    plan_reminders(as_of=JUNE)
    moved()
    plan_reminders(as_of=JUNE)
    expected = [
        ("claims.cash_in", CASH_IN, "claims.ready", 1),
        ("claims.full_award", FULL, "claims.blocked", 1),
        ("claims.full_award", FULL, "claims.ready", 1),
    ]
    assert [row for row in reminders() if row[1] == FULL or row[0] == "claims.cash_in"] == expected
    assert len(reminders()) == len(expected)


def test_a_reminder_of_both_is_taken_back_when_either_moves(centre, officer):
    plan_reminders(as_of=JUNE)
    moved("claims.cash_in", date(2024, 7, 3))
    plan_reminders(as_of=JUNE)
    assert reminders() == [
        ("claims.cash_in", date(2024, 7, 3), "claims.ready", 1),
        ("claims.full_award", CASH_IN, "claims.blocked", 1),
        ("claims.full_award", CASH_IN, "claims.ready", 1),
    ]


@pytest.mark.parametrize(("key", "learners"), [("claims.full_award", 2), ("claims.cash_in", 1)])
def test_who_is_affected_counts_the_kind_of_the_date(centre, officer, key, learners):
    plan_reminders(as_of=JUNE)
    affected = affected_by(key_date=key_date(key=key, series=summer()), as_of=JUNE)
    assert (affected.centres, affected.learners, affected.moving) == ({centre.pk}, learners, 2)


def test_the_calendar_shows_each_day(centre, officer):
    moved()
    made = renew_feed(by=officer, at=JUNE)
    work = [(item.on, item.summary.partition(",")[0]) for item in items_of(feed=made, as_of=JUNE) if "?" in item.url]
    assert work == [(CASH_IN, "1 learner to claim"), (FULL, "1 blocked learner"), (FULL, "1 learner to claim")]


def test_the_tracker_and_the_check_page_name_both_days(centre, officer):
    moved()
    client = signed_in(Client(), officer)
    tracker = client.get(reverse("claims:tracker", kwargs={"number": centre.number}))
    assert [(what, due["on"]) for what, due in tracker.context["due"]] == [("Cash-ins", CASH_IN), ("Full awards", FULL)]
    check = client.get(
        reverse("claims:check", kwargs={"number": centre.number}), {"every": 1, "state": "ready", "kind": "cash_in"}
    )
    assert [(what, due["on"]) for what, due in check.context["due"]] == [("", CASH_IN)]


def test_the_staffs_list_counts_by_day(centre, officer):
    moved()
    page = signed_in(Client(), StaffMembershipFactory(role="casework").user).get("/admin/claims/centrestanding/")
    text = " ".join(page.content.decode().split())
    assert "Cash-ins are due by Friday 5 July 2024: 7 days left. Full awards are due by Monday 8 July 2024" in text
    assert text.index("Cash-ins, 1 at risk:") < text.index("Full awards, 2 at risk:")


def test_a_letter_to_the_centre_names_both_days(centre, officer):
    series = summer()
    moved()
    write_to_centres(centre_ids=[centre.pk], series=series, next_contact_on=None, by=UserFactory(), at=JUNE)
    text = Notice.objects.get(kind="contact").text
    assert "Cash-ins are due by Friday 5 July 2024 and Full awards are due by Monday 8 July 2024" in " ".join(
        text.split()
    )
