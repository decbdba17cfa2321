"""What programs hear of dates and reminders, in the form that the documentation shows."""

import json
from datetime import date

import pytest

from deadlines.actions import plan_reminders, supersede_key_date
from deadlines.queries import key_date
from portal.hooks.models import Event
from portal.hooks.rules.events import EventKind
from portal.hooks.rules.samples import SAMPLES
from tests.deadlines.conftest import at
from tests.factories.hooks import hook_of
from tests.factories.people import CentreFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
SEVEN = at("2024-06-28T09:00")


def heard(kind):
    bodies = Event.objects.filter(kind=kind.value).order_by("pk").values_list("body", flat=True)
    data = [json.loads(body)["data"] for body in bodies]
    assert [set(one) for one in data] == [set(SAMPLES[kind])] * len(data)
    return data


def test_a_date_that_moves_is_told_to_every_centre_that_listens(key_dates):
    for _ in range(2):
        hook_of(CentreFactory())
    CentreFactory()
    current = key_date(key="claims.full_award", series="2024-06")
    supersede_key_date(key_date=current, on=date(2024, 7, 8), reason="Snow.", by=UserFactory(), at=SEVEN)
    first, second = heard(EventKind.DATE_CHANGED)
    assert first == second
    assert (first["key"], first["was"], first["on"]) == ("claims.full_award", "2024-07-05", "2024-07-08")


def test_a_planned_reminder_is_told_once_without_anybodys_address(key_dates, ledger):
    centre, silent = CentreFactory(), CentreFactory()
    hook_of(centre)
    for place in (centre, silent):
        for role in ("officer", "deputy"):
            MembershipFactory(centre=place, role=role, user=UserFactory(email=f"{role}@{place.number}.example"))
        ledger.left["test.claim"][place.pk] = 34
    plan_reminders(as_of=SEVEN)
    plan_reminders(as_of=SEVEN)
    assert heard(EventKind.REMINDER_PLANNED) == [
        {
            "duty": "test.claim",
            "days_before": 7,
            "key": "claims.full_award",
            "series": "2024-06",
            "on": "2024-07-05",
            "people": 2,
            "outstanding": 34,
        }
    ]
    assert "@" not in Event.objects.get().body


def test_without_a_webhook_nothing_is_kept(key_dates, ledger):
    centre = CentreFactory()
    MembershipFactory(centre=centre, role="officer")
    ledger.left["test.claim"][centre.pk] = 34
    plan_reminders(as_of=SEVEN)
    assert Event.objects.count() == 0
