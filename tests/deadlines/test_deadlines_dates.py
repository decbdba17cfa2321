"""Key dates: the file against the source texts, loading, the one in force, moving one."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from deadlines.actions import load_key_dates, supersede_key_date
from deadlines.management.commands.load_key_dates import DATA
from deadlines.models import KeyDate
from deadlines.queries import current_series, explain_key_date, find_key_dates, key_date, list_key_date
from portal.audit.models import Entry
from portal.catalogue.rules import content
from portal.errors import Refused, Stale
from tests.deadlines.conftest import at
from tests.factories.people import StaffMembershipFactory

NOON = "2024-06-28T12:00"


def rows() -> list[dict[str, Any]]:
    return json.loads(DATA.read_text(encoding="utf-8"))["key_dates"]


def of(series: str) -> dict[str, str]:
    return {row["key"]: row["on"] for row in rows() if row["series"] == series}


def test_summer_2024_is_what_the_sources_say() -> None:
    assert of("2024-06") == {
        "cash_in.edi": "2024-05-02",
        "tech_award.learner_work": "2024-05-15",
        "results_file.7b": "2024-05-31",
        "events.claims_webinar_1": "2024-06-12",
        "contingency.half_day": "2024-06-13",
        "events.live_event": "2024-06-13",
        "events.claims_webinar_2": "2024-06-19",
        "contingency.day": "2024-06-26",
        "moderation.art_visits_end": "2024-06-28",
        "tech_award.amend_marks": "2024-06-28",
        "claims.full_award": "2024-07-05",
        "claims.cash_in": "2024-07-05",
        "special_consideration.btec": "2024-07-05",
        "special_consideration.general": "2024-07-05",
        "results.level_3": "2024-08-15",
        "results.level_2": "2024-08-22",
        "romm.priority": "2024-08-22",
        "romm.others": "2024-09-26",
        "ats.teaching": "2024-09-26",
    }


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_later_summers_have_their_claims_dates_and_say_that_they_are_projected(year: int) -> None:
    found = [row for row in rows() if row["series"] == f"{year}-06" and row["key"].startswith("claims.")]
    assert {row["key"]: row["on"] for row in found} == dict.fromkeys(
        ("claims.full_award", "claims.cash_in"), f"{year}-07-05"
    )
    assert {(row["status"], row["confidence"]) for row in found} == {("projected", "projected")}


def test_results_days_of_summer_2024_are_said_not_to_be_in_the_source_texts() -> None:
    found = [row for row in rows() if row["series"] == "2024-06" and row["key"].startswith("results.")]
    assert all(row["confidence"] == "recalled" and "not in the two source texts" in row["source"] for row in found)


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['series']}-{row['key']}")
def test_a_row_is_whole_and_honest(row: dict[str, Any]) -> None:
    date.fromisoformat(row["on"])
    assert row["title"] and row["audience"] and row["source"]
    assert set(row["families"]) <= set(content().families)
    assert row["confidence"] in ("source", "recalled", "projected")
    assert (row["status"] == "projected") == (row["confidence"] == "projected")
    assert bool(row["consequence"]) or row["happens"]


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_reviews_close_7_and_42_days_after_level_3_results(year: int) -> None:
    found = {key: date.fromisoformat(on) for key, on in of(f"{year}-06").items()}
    assert found["romm.priority"] - found["results.level_3"] == timedelta(days=7)
    assert found["romm.others"] - found["results.level_3"] == timedelta(days=42)
    assert found["results.level_3"].strftime("%A") == "Thursday"


def test_loading_twice_changes_nothing(db: None) -> None:
    first = load_key_dates(rows=rows(), at=at(NOON))
    before = list(KeyDate.objects.order_by("pk").values())
    second = load_key_dates(rows=rows(), at=at("2024-06-29T12:00"))
    assert (first.new, second.new, second.superseded, second.unchanged) == (len(rows()), 0, 0, len(rows()))
    assert list(KeyDate.objects.order_by("pk").values()) == before
    assert [(entry.verb, entry.data) for entry in Entry.objects.all()] == [
        ("deadlines.dates_loaded", {"new": len(rows()), "superseded": 0})
    ]


def changed(key: str, **values: Any) -> list[dict[str, Any]]:
    return [{**row, **values} if (row["key"], row["series"]) == (key, "2024-06") else row for row in rows()]


def test_a_changed_file_supersedes_and_keeps_the_old_row(key_dates: Any) -> None:
    loaded = load_key_dates(rows=changed("claims.full_award", on="2024-07-08"), at=at(NOON))
    assert (loaded.new, loaded.superseded) == (0, 1)
    old, new = KeyDate.objects.filter(key="claims.full_award", series="2024-06").order_by("pk")
    assert (old.on, old.status, old.superseded_by) == (date(2024, 7, 5), "superseded", new)
    assert key_date(key="claims.full_award", series="2024-06") == new


def test_loading_does_not_undo_what_staff_moved(key_dates: Any) -> None:
    moved = supersede_key_date(
        key_date=key_date(key="claims.full_award", series="2024-06"),
        on=date(2024, 7, 9),
        reason="Snow.",
        by=None,
        at=at(NOON),
    )
    assert load_key_dates(rows=rows(), at=at(NOON)).superseded == 0
    assert key_date(key="claims.full_award", series="2024-06") == moved


def test_two_dates_in_force_for_one_key_are_impossible(key_dates: Any) -> None:
    standing = key_date(key="claims.full_award", series="2024-06")
    standing.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        standing.save(force_insert=True)


def test_moving_a_date_keeps_who_when_and_why(key_dates: Any) -> None:
    editor = StaffMembershipFactory(role="dates").user
    current = key_date(key="claims.full_award", series="2024-06")
    moved = supersede_key_date(key_date=current, on=date(2024, 7, 9), reason=" Snow. ", by=editor, at=at(NOON))
    current.refresh_from_db()
    assert (current.status, current.superseded_by, current.reason) == ("superseded", moved, "Snow.")
    assert (moved.on, moved.status, moved.confidence, moved.reason) == (
        date(2024, 7, 9),
        "confirmed",
        "source",
        "Snow.",
    )
    assert (moved.changed_by, moved.changed_at, moved.title) == (editor, at(NOON), current.title)
    entry = Entry.objects.get(verb="deadlines.date_superseded")
    assert (entry.actor_id, entry.data["was"], entry.data["on"]) == (editor.pk, "2024-07-05", "2024-07-09")
    with pytest.raises(Stale):
        supersede_key_date(key_date=current, on=date(2024, 7, 10), reason="Again.", by=editor, at=at(NOON))


@pytest.mark.parametrize(
    ("on", "reason", "field"),
    [
        (date(2024, 7, 9), "  ", "reason"),
        (date(2024, 7, 5), "Why not.", "on"),
        (date(2024, 6, 27), "Too late.", "on"),
    ],
)
def test_moving_a_date_is_refused(key_dates: Any, on: date, reason: str, field: str) -> None:
    current = key_date(key="claims.full_award", series="2024-06")
    with pytest.raises(Refused) as refused:
        supersede_key_date(key_date=current, on=on, reason=reason, by=None, at=at(NOON))
    assert refused.value.field == field
    assert key_date(key="claims.full_award", series="2024-06") == current


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2023, 1, 1), "2024-06"),
        (date(2024, 6, 28), "2024-06"),
        (date(2024, 7, 5), "2024-06"),
        (date(2024, 7, 10), "2024-06"),
        (date(2024, 10, 3), "2024-06"),
        (date(2024, 10, 4), "2025-06"),
        (date(2030, 1, 1), "2027-06"),
    ],
)
def test_the_current_series(key_dates: Any, on: date, code: str) -> None:
    assert current_series(on=on).pk == code


def test_without_dates_there_is_no_current_series(db: None) -> None:
    with pytest.raises(Refused, match="load_key_dates"):
        current_series(on=date(2024, 6, 28))


def test_the_due_dict_of_a_key_date(key_dates: Any) -> None:
    due = explain_key_date(key_date=key_date(key="claims.full_award", series="2024-06"), as_of=at("2024-06-28T09:42"))
    assert (due["on"], due["label"], due["tone"]) == (date(2024, 7, 5), "7 days left", "soon")
    assert due["at"].isoformat() == "2024-07-05T22:59:59.999999+00:00"
    assert due["sum"] == [
        {"day": "Last day", "on": "Friday 5 July 2024", "words": "Open until 11:59pm, UK time.", "last": True}
    ]
    assert "August result is no longer guaranteed" in due["late"]
    assert due["source"]["title"] == "Exams Officer Update, June 2024"


def test_a_date_that_is_not_known_for_sure_says_so(key_dates: Any) -> None:
    as_of = at("2024-06-28T09:42")
    notes = [
        explain_key_date(key_date=key_date(key=key, series=series), as_of=as_of)["source"]["note"].split(",")[0]
        for key, series in [
            ("results.level_3", "2024-06"),
            ("claims.full_award", "2025-06"),
            ("claims.cash_in", "2024-06"),
        ]
    ]
    assert notes == ["Recalled", "Projected", ""]


def test_a_date_that_is_over_says_so_in_lists_and_is_late_where_work_is_left(key_dates: Any) -> None:
    row, as_of = key_date(key="claims.full_award", series="2024-06"), at("2024-07-07T12:00")
    assert list_key_date(key_date=row, as_of=as_of)["label"] == "Past, 2 days ago"
    assert explain_key_date(key_date=row, as_of=as_of)["label"] == "2 days late"


@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        ({"words": "cash-ins EDI"}, {"cash_in.edi"}),
        ({"words": "moderator"}, {"moderation.art_visits_end", "tech_award.amend_marks"}),
        ({"words": "100%"}, set()),
        ({"since": date(2024, 9, 1)}, {"romm.others", "ats.teaching"}),
        ({"until": date(2024, 5, 2)}, {"cash_in.edi"}),
        (
            {"family": "btec_l2_tech_awards", "since": date(2024, 6, 28), "until": date(2024, 7, 5)},
            {"tech_award.amend_marks", "claims.cash_in"},
        ),
    ],
)
def test_finding_dates(key_dates: Any, filters: dict[str, Any], keys: set[str]) -> None:
    found = find_key_dates(series="2024-06", **filters)
    assert {row.key for row in found} == keys
    assert found == sorted(found, key=lambda row: (row.on, row.pk))


def test_a_date_for_every_family_is_found_under_each(key_dates: Any) -> None:
    found = find_key_dates(series="2024-06", family="t_level")
    assert {row.key for row in found} == {"events.live_event", "results.level_3"}


def test_a_superseded_date_is_not_found(key_dates: Any) -> None:
    current = key_date(key="claims.full_award", series="2024-06")
    moved = supersede_key_date(key_date=current, on=date(2024, 7, 9), reason="Snow.", by=None, at=at(NOON))
    assert find_key_dates(words="full award", series="2024-06") == [moved]
