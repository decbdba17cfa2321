"""Several planners at once plan each reminder once. The control takes the constraint away and must see more."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from deadlines.actions import plan_reminders
from deadlines.models import Reminder
from deadlines.queries import key_date
from portal.notices.models import Notice
from tests.deadlines.conftest import at
from tests.factories.people import CentreFactory, MembershipFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PLANNERS = 6
SEVEN = at("2024-06-28T09:00")


def together(act: Callable[[], Any]) -> list[Any]:
    barrier = Barrier(PLANNERS)

    def one(_: int) -> Any:
        try:
            barrier.wait(timeout=10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(PLANNERS) as pool:
        return list(pool.map(one, range(PLANNERS)))


@pytest.fixture
def centres(ledger: Any) -> list[Any]:
    call_command("load_key_dates", verbosity=0)
    made = [CentreFactory() for _ in range(20)]
    for centre in made:
        for role in ("officer", "deputy"):
            MembershipFactory(centre=centre, role=role)
        ledger.left["test.claim"][centre.pk] = 5
    return made


def test_planners_at_once_plan_each_reminder_and_each_mail_once(centres: list[Any]) -> None:
    plans = together(lambda: plan_reminders(as_of=SEVEN))
    assert sum(plan.planned for plan in plans) == 40
    assert {plan.planned + plan.already_planned for plan in plans} == {40}
    assert Reminder.objects.count() == Notice.objects.filter(kind="reminder").count() == 40
    assert not Reminder.objects.filter(notice=None).exists()
    assert set(Notice.objects.filter(kind="reminder").values_list("delivery", flat=True)) == {"queued"}


def test_control_without_the_constraint_the_same_reminder_is_planned_more_than_once(centres: list[Any]) -> None:
    centre, row = centres[0], key_date(key="claims.full_award", series="2024-06")
    looked = Barrier(PLANNERS)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE deadlines_reminder DROP CONSTRAINT reminder_once")

    def careless() -> None:
        known = {"centre": centre, "duty": "test.claim", "key_date": row, "slot": 7, "address": "a@b.example"}
        there = Reminder.objects.filter(**known).exists()
        looked.wait(timeout=10)
        if not there:
            Reminder.objects.create(**known, outstanding=5, planned_at=SEVEN)

    try:
        together(careless)
        assert Reminder.objects.count() == PLANNERS
    finally:
        Reminder.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE deadlines_reminder ADD CONSTRAINT reminder_once "
                "UNIQUE (centre_id, duty, key_date_id, slot, address)"
            )
