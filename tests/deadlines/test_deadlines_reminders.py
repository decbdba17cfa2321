"""Reminders go to exactly the people who still have work, once, and stop when it is done."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deadlines.actions import Plan, cancel_settled, plan_reminders, supersede_key_date
from deadlines.models import Reminder
from deadlines.queries import key_date
from deadlines.tasks import cancel, plan
from portal.audit.models import Entry
from portal.centres.models import Centre, Membership
from portal.notices.models import Delivery, Notice, Preference
from tests.deadlines.conftest import at
from tests.factories.people import CentreFactory, MembershipFactory, UserFactory

SEVEN = "2024-06-28T09:00"
pytestmark = pytest.mark.django_db


@pytest.fixture
def northgate(key_dates: Any, ledger: Any) -> Centre:
    """A centre with an officer, a deputy and a head, and 34 learners to claim."""
    centre = CentreFactory(number="12345", name="Northgate College")
    for role in ("officer", "deputy", "head", "quality", "programme", "reader"):
        MembershipFactory(centre=centre, role=role, user=UserFactory(email=f"{role}@northgate.example"))
    ledger.left["test.claim"][centre.pk] = 34
    return centre


def told(day: str) -> set[str]:
    plan_reminders(as_of=at(day))
    return {address.partition("@")[0] for address in Reminder.objects.values_list("address", flat=True)}


@pytest.mark.parametrize(
    ("day", "roles"),
    [
        ("2024-06-06T23:59", set()),
        ("2024-06-07T00:01", {"officer"}),
        ("2024-06-21T09:00", {"officer"}),
        ("2024-06-28T09:00", {"officer", "deputy"}),
        ("2024-07-03T09:00", {"officer", "deputy", "head"}),
        ("2024-07-05T23:59", {"officer", "deputy", "head"}),
        ("2024-07-06T00:01", set()),
    ],
)
def test_who_is_told_when(northgate: Centre, day: str, roles: set[str]) -> None:
    assert told(day) == roles


def test_planning_twice_plans_nothing_more(northgate: Centre) -> None:
    first = plan_reminders(as_of=at(SEVEN))
    rows, mails = list(Reminder.objects.values()), list(Notice.objects.values())
    second = plan_reminders(as_of=at("2024-06-28T16:00"))
    # One more centre-and-slot each time: nobody at Northgate is blocked.
    assert (first, second) == (Plan(2, 0, 1, 2), Plan(0, 2, 1, 2))
    assert (list(Reminder.objects.values()), list(Notice.objects.values())) == (rows, mails)
    assert [entry.data for entry in Entry.objects.filter(verb="deadlines.reminders_planned")] == [{"planned": 2}]


def test_every_slot_of_the_summer_is_told_once(northgate: Centre) -> None:
    for day in range(1, 31):
        plan_reminders(as_of=at(f"2024-06-{day:02}T09:00"))
        plan_reminders(as_of=at(f"2024-06-{day:02}T17:00"))
    for day in range(1, 10):
        plan_reminders(as_of=at(f"2024-07-{day:02}T09:00"))
    officer = Reminder.objects.filter(address="officer@northgate.example").order_by("pk")
    assert [row.slot for row in officer] == [28, 14, 7, 2, 1, 0]
    assert Notice.objects.filter(address="officer@northgate.example").count() == 6
    assert Reminder.objects.filter(address="head@northgate.example").count() == 3


def test_of_missed_slots_only_the_newest_is_made_up(northgate: Centre) -> None:
    assert plan_reminders(as_of=at("2024-07-01T09:00")).planned == 2
    assert set(Reminder.objects.values_list("slot", flat=True)) == {7}


def test_a_centre_with_nothing_left_is_left_alone(northgate: Centre, ledger: Any) -> None:
    ledger.left["test.claim"].clear()
    assert plan_reminders(as_of=at(SEVEN)) == Plan(0, 0, 2, 0)
    assert not Reminder.objects.exists() and not Notice.objects.exists()


def test_a_private_candidate_has_no_duties_to_be_silent_about(northgate: Centre) -> None:
    CentreFactory(kind="person")
    assert plan_reminders(as_of=at(SEVEN)).suppressed == 1
    CentreFactory()
    assert plan_reminders(as_of=at(SEVEN)).suppressed == 3


def test_people_whose_role_has_ended_and_suspended_centres_hear_nothing(northgate: Centre) -> None:
    Membership.objects.filter(role="deputy").update(to_on=date(2024, 6, 27))
    assert told(SEVEN) == {"officer"}
    Reminder.objects.all().delete()
    Notice.objects.all().delete()
    Centre.objects.filter(pk=northgate.pk).update(suspended_at=at("2024-06-01T09:00"))
    assert told("2024-07-03T09:00") == set()


def test_a_centre_without_an_officer_is_not_forgotten(northgate: Centre) -> None:
    Membership.objects.filter(role__in=["officer", "deputy"]).update(to_on=date(2024, 1, 31))
    assert told("2024-06-07T09:00") == {"head"}


def test_a_slot_on_a_bank_holiday_comes_on_the_working_day_before_in_that_nation(northgate: Centre) -> None:
    supersede_key_date(
        key_date=key_date(key="claims.full_award", series="2024-06"),
        on=date(2024, 7, 26),
        reason="Snow.",
        by=None,
        at=at("2024-05-01T09:00"),
    )
    # Fourteen days before is Friday 12 July, a bank holiday in Northern Ireland only.
    assert plan_reminders(as_of=at("2024-07-11T09:00")).planned == 1
    assert set(Reminder.objects.values_list("slot", flat=True)) == {28}
    Centre.objects.update(nation="northern-ireland")
    assert plan_reminders(as_of=at("2024-07-11T09:00")).planned == 1
    assert set(Reminder.objects.values_list("slot", flat=True)) == {28, 14}


# --- the mail ---


def test_one_mail_for_one_person_and_day_names_everything(northgate: Centre, ledger: Any) -> None:
    ledger.left["test.blocked"][northgate.pk] = 3
    assert plan_reminders(as_of=at(SEVEN)).planned == 4
    mail = Notice.objects.get(address="officer@northgate.example")
    assert mail.subject == "34 learners to claim and 3 blocked learners by Friday 5 July 2024"
    assert (mail.kind, mail.centre, mail.delivery) == ("reminder", northgate, Delivery.QUEUED)
    for body in (mail.text, mail.html):
        assert "http://localhost:8000/c/12345/dates/?state=ready" in body
        assert "exams officer of Northgate College (12345)" in body
        assert "http://localhost:8000/c/12345/messages/preferences/" in body
        assert "7 days left" in body and "Friday 5 July 2024" in body
    assert "&amp;" not in mail.text and "style=" not in mail.html
    assert mail.reminders.count() == 2


def test_a_person_of_two_centres_gets_one_mail_that_belongs_to_neither(northgate: Centre, ledger: Any) -> None:
    south = CentreFactory(number="23456", name="Southbrook School")
    officer = Membership.objects.get(centre=northgate, role="officer").user
    MembershipFactory(centre=south, user=officer, role="head")
    ledger.left["test.claim"][south.pk] = 12
    plan_reminders(as_of=at("2024-07-03T09:00"))
    mail = Notice.objects.get(user=officer)
    assert mail.subject == "46 learners to claim by Friday 5 July 2024"
    assert mail.centre is None
    assert "Northgate College (12345)" in mail.text and "Southbrook School (23456)" in mail.text


def test_two_roles_at_one_centre_are_one_person(northgate: Centre) -> None:
    officer = Membership.objects.get(role="officer").user
    MembershipFactory(centre=northgate, user=officer, role="deputy")
    assert plan_reminders(as_of=at(SEVEN)).recipients == 2
    assert "exams officer and" in Notice.objects.get(user=officer).text.replace(
        "deputy exams officer and", "exams officer and"
    )


def test_who_switched_mail_off_reads_it_on_the_pages(northgate: Centre) -> None:
    deputy = Membership.objects.get(role="deputy").user
    Preference.objects.create(user=deputy, kind="reminder", by_mail=False)
    assert plan_reminders(as_of=at(SEVEN)) == Plan(planned=2, already_planned=0, suppressed=2, recipients=2)
    assert {mail.address.partition("@")[0]: mail.delivery for mail in Notice.objects.all()} == {
        "officer": Delivery.QUEUED,
        "deputy": Delivery.NONE,
    }
    assert plan_reminders(as_of=at(SEVEN)).planned == 0
    assert Notice.objects.count() == 2


# --- when the work is done ---


def test_done_before_it_is_sent_stops_the_mail(northgate: Centre, ledger: Any) -> None:
    plan_reminders(as_of=at(SEVEN))
    ledger.left["test.claim"].clear()
    assert cancel_settled(as_of=at("2024-06-28T09:01")) == 2
    assert set(Notice.objects.values_list("delivery", flat=True)) == {Delivery.NONE}
    assert cancel_settled(as_of=at("2024-06-28T09:02")) == 0
    assert plan_reminders(as_of=at("2024-06-28T09:15")) == Plan(0, 0, 2, 0)


def test_what_was_sent_stays_and_nothing_more_comes(northgate: Centre, ledger: Any) -> None:
    plan_reminders(as_of=at(SEVEN))
    Notice.objects.update(delivery=Delivery.SENT)
    ledger.left["test.claim"].clear()
    assert cancel_settled(as_of=at("2024-06-28T10:00")) == 0
    assert plan_reminders(as_of=at("2024-07-03T09:00")).planned == 0


def test_half_done_sends_the_other_half_in_a_new_mail(northgate: Centre, ledger: Any) -> None:
    ledger.left["test.blocked"][northgate.pk] = 3
    plan_reminders(as_of=at(SEVEN))
    ledger.left["test.claim"].clear()
    plan_reminders(as_of=at("2024-06-28T09:15"))
    queued = Notice.objects.filter(address="officer@northgate.example", delivery=Delivery.QUEUED)
    assert [mail.subject for mail in queued] == ["3 blocked learners by Friday 5 July 2024"]
    assert {row.duty: row.cancelled_at is None for row in Reminder.objects.filter(address__startswith="officer")} == {
        "test.claim": False,
        "test.blocked": True,
    }


def test_work_that_comes_up_joins_the_mail_that_has_not_left(northgate: Centre, ledger: Any) -> None:
    plan_reminders(as_of=at(SEVEN))
    ledger.left["test.blocked"][northgate.pk] = 3
    assert plan_reminders(as_of=at("2024-06-28T09:15")).planned == 2
    queued = Notice.objects.filter(address="officer@northgate.example", delivery=Delivery.QUEUED)
    assert [mail.subject for mail in queued] == ["34 learners to claim and 3 blocked learners by Friday 5 July 2024"]


def test_work_that_comes_up_after_the_mail_waits_for_tomorrow(northgate: Centre, ledger: Any) -> None:
    plan_reminders(as_of=at(SEVEN))
    Notice.objects.update(delivery=Delivery.SENT)
    ledger.left["test.blocked"][northgate.pk] = 3
    plan_reminders(as_of=at("2024-06-28T09:15"))
    assert Notice.objects.filter(address="officer@northgate.example").count() == 1
    plan_reminders(as_of=at("2024-06-29T09:15"))
    mail = Notice.objects.filter(address="officer@northgate.example").latest("pk")
    assert mail.subject == "3 blocked learners by Friday 5 July 2024"
    assert Reminder.objects.filter(notice=None).count() == 0


def test_work_undone_again_is_told_again_if_it_was_never_told(northgate: Centre, ledger: Any) -> None:
    plan_reminders(as_of=at(SEVEN))
    ledger.left["test.claim"].clear()
    cancel_settled(as_of=at("2024-06-28T09:01"))
    ledger.left["test.claim"][northgate.pk] = 34
    assert plan_reminders(as_of=at("2024-06-28T09:15")) == Plan(2, 0, 1, 2)
    assert plan_reminders(as_of=at("2024-06-28T09:30")) == Plan(0, 2, 1, 2)
    assert Notice.objects.filter(delivery=Delivery.QUEUED).count() == 2


def test_only_the_centre_that_finished_is_settled(northgate: Centre, ledger: Any) -> None:
    south = CentreFactory(number="23456")
    MembershipFactory(centre=south)
    ledger.left["test.claim"][south.pk] = 12
    plan_reminders(as_of=at(SEVEN))
    del ledger.left["test.claim"][northgate.pk]
    assert cancel_settled(as_of=at(SEVEN), centre_id=south.pk) == 0
    assert cancel_settled(as_of=at(SEVEN), centre_id=northgate.pk) == 2
    assert Reminder.objects.get(centre=south).cancelled_at is None


def test_a_moved_date_takes_its_reminders_back(northgate: Centre) -> None:
    plan_reminders(as_of=at(SEVEN))
    current = key_date(key="claims.full_award", series="2024-06")
    supersede_key_date(key_date=current, on=date(2024, 7, 12), reason="Snow.", by=None, at=at(SEVEN))
    assert cancel_settled(as_of=at(SEVEN)) == 2
    plan_reminders(as_of=at("2024-06-28T09:15"))
    queued = Notice.objects.filter(delivery=Delivery.QUEUED)
    assert [(mail.address, mail.subject) for mail in queued] == [
        ("officer@northgate.example", "34 learners to claim by Friday 12 July 2024")
    ]


def test_a_planner_that_died_before_bundling_loses_nothing(northgate: Centre) -> None:
    plan_reminders(as_of=at(SEVEN))
    Reminder.objects.update(notice=None)
    Notice.objects.all().delete()
    assert plan_reminders(as_of=at("2024-06-28T09:15")).planned == 0
    assert Notice.objects.filter(delivery=Delivery.QUEUED).count() == 2


def test_a_leaver_is_not_told_even_when_it_was_planned(northgate: Centre) -> None:
    plan_reminders(as_of=at(SEVEN))
    Reminder.objects.update(notice=None)
    Notice.objects.all().delete()
    Membership.objects.filter(role="deputy").update(to_on=date(2024, 6, 28))
    plan_reminders(as_of=at("2024-06-29T09:15"))
    assert [mail.address for mail in Notice.objects.all()] == ["officer@northgate.example"]
    assert Reminder.objects.get(address="deputy@northgate.example").cancelled_at is not None


def test_no_query_for_each_centre(northgate: Centre, ledger: Any) -> None:
    def queries(day: str) -> int:
        ledger.asked = 0
        with CaptureQueriesContext(
            connection,
        ) as captured:
            plan_reminders(as_of=at(day))
        assert ledger.asked <= 6
        return len(captured)

    few = queries("2024-06-07T09:00")
    for _ in range(30):
        ledger.left["test.claim"][MembershipFactory().centre_id] = 5
    assert queries("2024-06-21T09:00") <= few
    assert Reminder.objects.filter(slot=14).count() == 31


# --- the command and the tasks ---


def test_remind_prints_its_counts(northgate: Centre) -> None:
    def remind() -> dict[str, int]:
        out = StringIO()
        call_command("remind", "--as-of", "2024-06-28T09:00+01:00", "--json", stdout=out)
        return json.loads(out.getvalue())

    assert remind() == {"planned": 2, "already_planned": 0, "suppressed": 1, "recipients": 2}
    assert remind() == {"planned": 0, "already_planned": 2, "suppressed": 1, "recipients": 2}


def test_remind_refuses_a_time_that_does_not_exist(northgate: Centre) -> None:
    with pytest.raises(CommandError, match="offset"):
        call_command("remind", "--as-of", "2024-03-31T01:30")


def test_the_tasks_are_the_actions(northgate: Centre, ledger: Any) -> None:
    assert plan(as_of="2024-06-28T09:00:00+01:00") == 2
    ledger.left["test.claim"].clear()
    assert cancel(as_of="2024-06-28T09:01:00+01:00") == 2
