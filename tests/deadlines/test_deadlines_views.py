"""The finder, the limits page, and the staff's key dates."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deadlines.models import KeyDate
from deadlines.queries import key_date
from tests.factories.people import CentreFactory, MembershipFactory, StaffMembershipFactory, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Any, key_dates: Any) -> Any:
    person = MembershipFactory(centre=CentreFactory(number="12345", nation="northern-ireland"))
    return signed_in(client, person.user)


def page(client: Any, query: str = "", name: str = "dates") -> Any:
    return client.get(reverse(f"deadlines:{name}", kwargs={"number": "12345"}) + query)


def shown(response: Any) -> list[str]:
    return [line["row"].key for month in response.context["months"] for line in month["lines"]]


def test_the_finder_opens_with_the_current_summer_by_month(officer: Any) -> None:
    response = page(officer)
    assert [month["words"] for month in response.context["months"]] == [
        "May 2024",
        "June 2024",
        "July 2024",
        "August 2024",
        "September 2024",
    ]
    text = response.content.decode()
    assert "19 dates of summer 2024" in text
    assert "Past, 57 days ago" in text and "7 days left" in text
    assert text.count("Why this date?") == 19
    # Said in the row of a date that is over, and once more under "Why this date?".
    assert text.count("Without it we cannot send results by EDI in August") == 2
    assert text.count("Claims are still accepted after this day") == 1
    assert text.count("Recalled, not confirmed") == 5
    assert "Projected" not in text


def test_filters_stand_in_the_address(officer: Any) -> None:
    response = page(officer, "?q=claims&series=2024-06&qualification=btec_l3_nationals&from=2024-07-01&to=2024-07-31")
    assert shown(response) == ["claims.full_award"]
    assert 'value="claims"' in response.content.decode()
    assert shown(page(officer, "?from=2027-08-01&to=2027-08-31")) == [
        "results.level_3",
        "results.level_2",
        "romm.priority",
    ]
    assert "Projected, not confirmed" in page(officer, "?series=2027-06").content.decode()


def test_an_empty_result_says_what_to_change(officer: Any) -> None:
    assert "Take a word away" in page(officer, "?q=unicorns").content.decode()


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("?from=yesterday", "Write the first day as a date"),
        ("?from=2024-07-02&to=2024-07-01", "The last day comes before the first one"),
        ("?series=2099-06", "is not in the list"),
        ("?qualification=%27", "is not in the list"),
    ],
)
def test_a_filter_that_cannot_be_read_is_named(officer: Any, query: str, fault: str) -> None:
    response = page(officer, query)
    assert response.status_code == 200
    assert response.content.decode().count(fault) == 2
    assert shown(response) == []


def test_the_finder_needs_the_same_queries_for_few_and_many_dates(officer: Any) -> None:
    def queries(query: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            page(officer, query)
        return len(captured)

    queries("")
    assert queries("?series=") == queries("?q=cash-ins%20EDI") <= 12


def test_a_stranger_finds_nothing(client: Any, key_dates: Any) -> None:
    CentreFactory(number="12345")
    signed_in(client, MembershipFactory().user)
    assert [page(client, name=name).status_code for name in ("dates", "limits")] == [404, 404]


def test_the_limits_page_lists_every_limit_with_its_working(officer: Any) -> None:
    text = page(officer, name="limits").content.decode()
    assert text.count("Why this date?") == 15
    assert "From your start" not in text


def test_a_start_is_tried_in_the_nation_of_the_centre(officer: Any) -> None:
    form = page(officer, name="limits").context["form"]
    assert form.initial == {"nation": "northern-ireland"}
    response = page(officer, "?limit=appeal.acknowledge&nation=northern-ireland&start=2026-07-10T12:00", name="limits")
    assert response.context["tried"]["on"] == date(2026, 7, 15)
    assert "Battle of the Boyne" in response.content.decode()


@pytest.mark.parametrize(
    ("start", "fault"),
    [
        ("2026-03-29T01:30", "does not exist in London"),
        ("soon", "is not a date and time"),
        ("2040-01-01", "runs from 2023 to 2035"),
        ("", "Give the start"),
    ],
)
def test_a_start_that_cannot_be_counted_is_refused_at_the_field(officer: Any, start: str, fault: str) -> None:
    response = page(officer, f"?limit=appeal.acknowledge&nation=england&start={start}", name="limits")
    assert response.status_code == 200
    assert fault in response.context["form"].errors["start"][0]
    assert response.context["tried"] is None


# --- staff ---


def staff(client: Any, role: str) -> Any:
    return signed_in(client, StaffMembershipFactory(role=role).user)


def act(row: KeyDate) -> str:
    return reverse("admin:deadlines_keydate_act", args=[row.pk, "propose"])


def test_the_editor_proposes_and_the_date_stays(client: Any, key_dates: Any) -> None:
    editor = staff(client, "dates")
    row = key_date(key="claims.full_award", series="2024-06")
    response = editor.post(act(row), {"on": "2024-07-09", "reason": "Snow."}, follow=True)
    assert "The move to Tuesday 9 July 2024 waits for a second person" in response.content.decode()
    assert key_date(key="claims.full_award", series="2024-06") == row
    listed = editor.get(reverse("admin:deadlines_keydate_changelist"))
    assert listed.status_code == 200


def test_a_refusal_stands_at_the_field(client: Any, key_dates: Any) -> None:
    row = key_date(key="claims.full_award", series="2024-06")
    response = staff(client, "dates").post(act(row), {"on": "2024-07-05", "reason": "Snow."})
    assert response.context["form"].errors == {"on": ["Friday 5 July 2024 is the date already. Give another one."]}


@pytest.mark.parametrize(
    ("role", "status"), [("dates", 200), ("admin", 403), ("casework", 403), ("investigations", 403)]
)
def test_who_may_propose_a_date(client: Any, key_dates: Any, role: str, status: int) -> None:
    row = key_date(key="claims.full_award", series="2024-06")
    person = staff(client, role)
    assert person.get(reverse("admin:deadlines_keydate_changelist")).status_code == 200
    assert person.get(act(row)).status_code == status
    assert person.get(reverse("admin:deadlines_keydate_add")).status_code == 403
    assert person.get(reverse("admin:deadlines_keydate_delete", args=[row.pk])).status_code == 403
