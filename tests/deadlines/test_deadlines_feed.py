"""A person's own calendar, read back by a calendar library that is not ours."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as configured
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from deadlines.actions import renew_feed, revoke_feed, supersede_key_date
from deadlines.models import CalendarFeed
from deadlines.queries import key_date
from deadlines.queries.dates import in_force
from deadlines.queries.feed import address_of, feed_behind, items_of
from deadlines.rules.ics import CalendarItem, calendar_text
from deadlines.rules.secret_links import digest_of, new_secret
from portal.accounts.models import User
from portal.centres.models import Centre, Membership
from portal.web.sealing import unsealed
from tests.deadlines.conftest import Ledger, at
from tests.factories.learners import College
from tests.factories.people import CentreFactory, MembershipFactory, signed_in

pytestmark = pytest.mark.django_db
NOON = "2024-06-28T12:00"


@pytest.fixture
def officer(key_dates: Any, ledger: Ledger) -> Any:
    centre = CentreFactory(number="12345", name="Northgate; College, “East”")
    ledger.left["test.claim"][centre.pk] = 34
    return MembershipFactory(centre=centre).user


def secret_of(feed: CalendarFeed) -> str:
    return unsealed(feed.sealed, keys=configured.FIELD_KEYS)


def ask(secret: str, **headers: str) -> Any:
    """As a calendar program does: nobody is signed in."""
    return Client().get(f"/deadlines/feed/{secret}.ics", headers=headers)


def events(response: Any) -> dict[str, Any]:
    assert response.status_code == 200
    return {str(event["UID"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


def made(officer: Any) -> str:
    return secret_of(renew_feed(by=officer, at=at(NOON)))


CLAIM = "test.claim.2024-06.12345@exams-office"


def test_the_calendar_says_what_is_left_and_what_is_coming(officer: Any) -> None:
    response = ask(made(officer))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(response)
    event = found[CLAIM]
    assert str(event["SUMMARY"]) == "34 learners to claim, Northgate; College, “East”"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2024, 7, 5), date(2024, 7, 6))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["SEQUENCE"] == 0
    assert event["DTSTAMP"].dt == at(NOON).replace(microsecond=0)
    assert event["URL"] == f"{configured.BASE_URL}/c/12345/dates/?state=ready"
    assert "the mail remains the alarm" in str(event["DESCRIPTION"])
    # Nothing is blocked, so nothing is said of it.
    assert not any(uid.startswith("test.blocked") for uid in found)


def test_dates_to_come_are_those_of_the_families_that_the_centre_runs(db: Any, ledger: Ledger) -> None:
    college = College()
    college.register(award="TA22-HSC")
    call_command("load_key_dates", verbosity=0)
    found = events(ask(made(college.officer)))
    coming = in_force().filter(series="2024-06", on__gte=date(2024, 6, 28)).exclude(key="claims.full_award")
    of_family = [row for row in coming if not row.families or "btec_l2_tech_awards" in row.families]
    assert 0 < len(of_family) < coming.count()
    assert found.keys() == {f"{row.key}.2024-06@exams-office" for row in of_family}
    assert {event["DTSTART"].dt for event in found.values()} == {row.on for row in of_family}
    # No learner is named.
    assert "Okafor" not in str(found)


def test_the_calendar_says_how_often_to_ask(officer: Any) -> None:
    calendar = Calendar.from_ical(ask(made(officer)).content)
    assert calendar["X-PUBLISHED-TTL"] == "PT12H"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=12)
    assert calendar["METHOD"] == "PUBLISH"


def test_a_moved_date_moves_the_item(officer: Any) -> None:
    secret = made(officer)
    before = events(ask(secret))
    current = key_date(key="claims.full_award", series="2024-06")
    supersede_key_date(key_date=current, on=date(2024, 7, 9), reason="Snow.", by=None, at=at("2024-06-28T13:00"))
    after = events(ask(secret))
    assert before.keys() == after.keys()
    assert (before[CLAIM]["SEQUENCE"], after[CLAIM]["SEQUENCE"]) == (0, 1)
    assert after[CLAIM]["DTSTART"].dt == date(2024, 7, 9)
    assert after[CLAIM]["DTSTAMP"].dt == at("2024-06-28T13:00")


def test_done_work_leaves_the_calendar(officer: Any, ledger: Ledger) -> None:
    secret = made(officer)
    assert CLAIM in events(ask(secret))
    ledger.left["test.claim"].clear()
    assert CLAIM not in events(ask(secret))


def test_the_same_calendar_is_not_sent_twice(officer: Any, ledger: Ledger) -> None:
    secret = made(officer)
    first = ask(secret)
    again = ask(secret, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert ask(secret).content == first.content
    ledger.left["test.claim"] = dict.fromkeys(ledger.left["test.claim"], 33)
    assert ask(secret, if_none_match=first["ETag"]).status_code == 200
    assert first["Cache-Control"] == "no-store"


def test_an_ended_link_is_as_one_that_never_was(officer: Any) -> None:
    never = ask(new_secret())
    old = made(officer)
    new = made(officer)
    assert (ask(old).status_code, ask(new).status_code) == (404, 200)
    revoke_feed(by=officer, at=at(NOON))
    for secret in (old, new, "", "x" * 400):
        gone = ask(secret) if secret else never
        assert told(gone) == told(never)


def told(response: Any) -> tuple[Any, ...]:
    """Everything a stranger sees of an answer, less the number that every request gets anew."""
    headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
    return response.status_code, response.content, headers


def test_a_disabled_account_has_no_calendar(officer: Any) -> None:
    secret = made(officer)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert ask(secret).status_code == 404


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Membership, {"to_on": date(2024, 6, 27)}),
        (Centre, {"suspended_at": datetime.fromisoformat("2024-06-28T00:00Z")}),
    ],
)
def test_a_centre_that_is_no_longer_theirs_drops_out_at_once(officer: Any, model: Any, change: Any) -> None:
    secret = made(officer)
    other = MembershipFactory(user=officer).centre
    assert {uid for uid in events(ask(secret)) if uid.startswith("test")} == {CLAIM}
    model.objects.filter(**({"centre__number": "12345"} if model is Membership else {"number": "12345"})).update(
        **change
    )
    assert {uid for uid in events(ask(secret)) if uid.startswith("test")} == set()
    assert other.number not in str(events(ask(secret)))


def test_only_ones_own_centres_are_in_it(officer: Any, ledger: Ledger) -> None:
    elsewhere = CentreFactory()
    ledger.left["test.claim"][elsewhere.pk] = 7
    items = items_of(feed=renew_feed(by=officer, at=at(NOON)), as_of=at(NOON))
    assert [item.uid for item in items if item.uid.startswith("test")] == [CLAIM]


def test_the_secret_is_kept_as_a_digest_and_sealed(officer: Any, settings: Any) -> None:
    feed = renew_feed(by=officer, at=at(NOON))
    secret = secret_of(feed)
    assert len(bytes.fromhex(secret)) == 16
    assert secret not in str(CalendarFeed.objects.values_list())
    assert feed.digest == digest_of(secret)
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    assert address_of(feed=feed).endswith(f"/deadlines/feed/{secret}.ics")
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert address_of(feed=feed) == ""
    assert feed_behind(secret=secret) == feed


def test_the_page_makes_renews_and_ends_the_link(client: Any, officer: Any) -> None:
    signed_in(client, officer)
    page, number = reverse("deadlines:calendar", kwargs={"number": "12345"}), {"number": "12345"}
    assert "You have no link yet" in client.get(page).content.decode()
    assert client.get(reverse("deadlines:calendar-renew", kwargs=number)).status_code == 405
    shown = client.post(reverse("deadlines:calendar-renew", kwargs=number), follow=True)
    feed = CalendarFeed.objects.get(user=officer)
    assert address_of(feed=feed) in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert f'href="{page}">Your calendar feed' in shown.content.decode()
    gone = client.post(reverse("deadlines:calendar-end", kwargs=number), follow=True)
    assert "You have no link yet" in gone.content.decode()
    feed.refresh_from_db()
    assert (feed.revoked_at is not None, feed.sealed) == (True, "")


def test_the_calendar_costs_few_questions(officer: Any) -> None:
    secret = made(officer)
    with CaptureQueriesContext(connection) as asked:
        ask(secret)
    assert len(asked) <= 8


def test_long_lines_are_folded_without_cutting_a_sign() -> None:
    item = CalendarItem("u", 0, at(NOON), date(2024, 7, 5), "é" * 200 + ";,\\", "a\r\nb", "https://e.example/")
    text = calendar_text([item])
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (item.summary, "a\nb")
