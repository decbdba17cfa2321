"""The limits: every key of the contract, every example recomputed, every sum true to its due date."""

import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO, TextIOWrapper
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from deadlines.management.commands.generate_limits import PAGE
from deadlines.queries import explain_limit, why_limit
from deadlines.rules import calendar
from deadlines.rules.calendar import instant_from
from deadlines.rules.labels import due_label, event_label
from deadlines.rules.limit import Consequence, StartsFrom, Unit
from deadlines.rules.limits import KEYS, LIMITS, row_in_force, rows_of
from deadlines.rules.limits_page import limits_page
from deadlines.rules.sums import lines, steps, work_out
from portal.catalogue.rules import content
from portal.errors import Refused

CONTRACT = {
    "romm.service_1": (10, "calendar", "received"),
    "romm.service_2": (20, "calendar", "received"),
    "romm.priority_service_2": (15, "calendar", "received"),
    "romm.service_3": (35, "calendar", "received"),
    "ats.marking_comments": (5, "calendar", "received"),
    "appeal.lodge.results": (30, "calendar", "received"),
    "appeal.lodge.malpractice": (14, "calendar", "received"),
    "appeal.lodge.special_consideration": (14, "calendar", "received"),
    "appeal.lodge.access_arrangements": (14, "calendar", "received"),
    "appeal.request_hearing": (14, "calendar", "received"),
    "appeal.acknowledge": (2, "working", "received"),
    "appeal.preliminary": (42, "calendar", "valid"),
    "appeal.hearing": (70, "calendar", "valid"),
    "appeal.preliminary.t_level": (20, "working", "valid"),
    "inspection.report": (10, "working", "received"),
}


def test_every_limit_of_the_contract_is_here_and_no_other() -> None:
    assert {row.key: (row.days, row.unit.value, row.starts_from.value) for row in LIMITS} == CONTRACT


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: row.key)
def test_the_worked_example_comes_out_again(row: Any) -> None:
    found = work_out(limit=row.key, start=instant_from(row.example.start), nation=row.example.nation)
    assert found.due_on == row.example.due_on


@pytest.mark.parametrize("row", LIMITS, ids=lambda row: row.key)
def test_a_row_says_where_it_comes_from_and_what_is_open(row: Any) -> None:
    assert row.source and row.rule.endswith(".") and row.starts.endswith(".") and row.late.endswith(".")
    assert not row.event.endswith(".")
    assert row.quotation or row.note, "Neither the source's words nor what it leaves open."
    assert str(row.days) in row.rule
    assert set(row.families) <= set(content().families)


def test_what_the_sources_leave_open_is_said_in_the_source() -> None:
    comments = why_limit(limit="ats.marking_comments", start="2024-08-23T10:00", nation="england")
    assert "5-day SLA" in comments["source"] and "assume calendar days" in comments["source"]
    moderation = why_limit(limit="romm.service_3", start="2024-08-23T10:00", nation="england")
    assert "Unconfirmed" in moderation["source"]
    appeal = why_limit(limit="appeal.lodge.results", start="2024-08-23T10:00", nation="england")
    assert "issuing" in appeal["source"] and "We use receipt" in appeal["source"]


def test_an_unknown_limit_is_refused_with_the_list() -> None:
    with pytest.raises(Refused) as refused:
        rows_of("romm.service_4")
    assert all(key in refused.value.message for key in KEYS)


def test_a_later_row_takes_over_on_its_day_and_an_earlier_start_uses_the_first() -> None:
    (first,) = rows_of("romm.service_1")
    later = first.__class__(**{**first.__dict__, "days": 8, "in_force_from": date(2025, 9, 1)})
    rows = (first, later)
    found = [row_in_force(rows, on=on).days for on in (date(2020, 1, 1), date(2025, 8, 31), date(2025, 9, 1))]
    assert found == [10, 10, 8]


def test_a_start_before_the_first_row_says_so() -> None:
    found = why_limit(limit="romm.service_1", start="2023-08-31T10:00", nation="england")
    assert found["due_on"] == "2023-09-10"
    assert [step for step in found["steps"] if "before Friday 1 September 2023" in step and "first row" in step] != []
    # Control: on the day itself there is nothing to say.
    on_the_day = why_limit(limit="romm.service_1", start="2023-09-01T10:00", nation="england")
    assert [step for step in on_the_day["steps"] if "first row" in step] == []


def test_an_application_triaged_on_day_10_is_due_on_day_42_of_its_receipt() -> None:
    found = work_out(limit="appeal.preliminary", start=instant_from("2024-09-10T10:00"), nation="england")
    assert found.due_on - date(2024, 9, 10) == timedelta(days=42)


def test_the_sum_reads_as_the_picture_has_it() -> None:
    due = work_out(limit="appeal.lodge.results", start=instant_from("2024-06-11T09:30"), nation="england")
    assert [(line.day, line.on, line.words, line.last) for line in lines(due)] == [
        ("Day 0", "Tuesday 11 June 2024", "You received the outcome, 9:30am. Not counted.", False),
        ("Day 1", "Wednesday 12 June 2024", "Counting starts. Weekends and bank holidays count too.", False),
        ("Day 19", "Sunday 30 June 2024", "19 days used, all in June.", False),
        ("Day 30", "Thursday 11 July 2024", "11 more days in July. Open until 11:59pm, UK time.", True),
    ]


def test_a_working_sum_names_the_days_it_skips() -> None:
    due = work_out(limit="appeal.acknowledge", start=instant_from("2026-07-10T12:00"), nation="northern-ireland")
    assert [(line.day, line.on, line.words) for line in lines(due)] == [
        ("Day 0", "Friday 10 July 2026", "We received your appeal, 12pm. Not counted."),
        ("Skipped", "Saturday 11 and Sunday 12 July 2026", "A weekend."),
        ("Skipped", "Monday 13 July 2026", "Battle of the Boyne (observed): a bank holiday in Northern Ireland."),
        ("Day 1", "Tuesday 14 July 2026", "The next working day: counting starts."),
        ("Day 2", "Wednesday 15 July 2026", "Ours to finish by 11:59pm, UK time."),
    ]


@settings(max_examples=200, deadline=None)
@given(
    start=st.datetimes(datetime(2023, 1, 2), datetime(2035, 6, 30), timezones=st.just(UTC)),
    nation=st.sampled_from(calendar.NATIONS),
    key=st.sampled_from(KEYS),
)
def test_the_sum_always_ends_on_the_due_date_and_adds_up(start: datetime, nation: str, key: str) -> None:
    due = work_out(limit=key, start=start, nation=nation)
    told = lines(due)
    assert [line.last for line in told] == [False] * (len(told) - 1) + [True]
    assert told[-1].day == f"Day {due.limit.days}"
    assert told[-1].on == calendar_words(due.due_on)
    assert told[0].on == calendar_words(calendar.london_date(start))
    if due.limit.unit is Unit.CALENDAR:
        assert counted_in(told) in (0, due.limit.days, due.limit.days - 1)
    assert len(steps(due)) >= 4
    assert due.due_at > start


def calendar_words(on: date) -> str:
    return f"{on:%A} {on.day} {on:%B} {on.year}"


def counted_in(told: list[Any]) -> int:
    """The day counts named in the words of the sum: all of them, or all but a first day that ends its month."""
    numbers = [line.words.split()[0] for line in told[1:] if line.words.split()[1] in ("days", "more")]
    return sum(int(number) for number in numbers)


def test_the_object_for_programs() -> None:
    found = why_limit(limit="romm.service_1", start="2024-08-22T16:30", nation="wales")
    steps_, source = found.pop("steps"), found.pop("source")
    assert found == {
        "limit": "romm.service_1",
        "days": 10,
        "unit": "calendar",
        "starts_from": "received",
        "started_at": "2024-08-22T15:30:00Z",
        "starts_on": "2024-08-22",
        "due_on": "2024-09-01",
        "due_at": "2024-09-01T22:59:59.999999Z",
        "nation": "wales",
        "consequence": "accepted_late",
    }
    assert all(step.endswith(".") for step in steps_)
    assert source.startswith("Post-results services page")


def test_the_due_dict_of_a_page() -> None:
    as_of = instant_from("2024-06-28T09:42")
    start = instant_from("2024-06-11T09:30")
    due = explain_limit(limit="appeal.lodge.results", start=start, nation="england", as_of=as_of)
    assert (due["on"], due["label"], due["tone"]) == (date(2024, 7, 11), "13 days left", "neutral")
    assert due["at"] == datetime(2024, 7, 11, 22, 59, 59, 999999, tzinfo=UTC)
    assert due["calendar"] == "Calendar days, so your nation’s bank holidays make no difference."
    assert due["in_force"] == "Since Friday 1 September 2023."
    assert list(due["source"]) == ["title", "quotation", "note"]


@pytest.mark.parametrize(
    ("today", "label", "tone"),
    [
        (date(2024, 6, 27), "8 days left", "neutral"),
        (date(2024, 6, 28), "7 days left", "soon"),
        (date(2024, 7, 4), "1 day left", "soon"),
        (date(2024, 7, 5), "Today, until 11:59pm", "soon"),
        (date(2024, 7, 6), "1 day late", "late"),
        (date(2024, 7, 7), "2 days late", "late"),
    ],
)
def test_labels(today: date, label: str, tone: str) -> None:
    assert due_label(due_on=date(2024, 7, 5), today=today) == (label, tone)


@pytest.mark.parametrize(
    ("today", "label", "tone"),
    [
        (date(2025, 8, 22), "2 working days left", "soon"),
        (date(2025, 8, 25), "2 working days left", "soon"),
        (date(2025, 8, 26), "1 working day left", "soon"),
        (date(2025, 8, 27), "Today, until 11:59pm", "soon"),
        (date(2025, 8, 28), "1 working day late", "late"),
        (date(2025, 8, 1), "17 working days left", "neutral"),
    ],
)
def test_labels_in_working_days(today: date, label: str, tone: str) -> None:
    assert due_label(due_on=date(2025, 8, 27), today=today, unit=Unit.WORKING, nation="england") == (label, tone)


def test_late_over_a_weekend_is_late() -> None:
    found = due_label(due_on=date(2024, 7, 5), today=date(2024, 7, 6), unit=Unit.WORKING, nation="england")
    assert found == ("Less than 1 working day late", "late")


def test_labels_of_days_on_which_something_happens() -> None:
    found = [event_label(on=date(2024, 8, 15), today=date(2024, 8, on))[0] for on in (1, 14, 15, 16)]
    assert found == ["In 14 days", "In 1 day", "Today", "1 day ago"]


def why(*arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command("why", *arguments, stdout=out, **options)
    return out.getvalue()


def test_why_prints_the_object() -> None:
    printed = why("romm.service_1", "--from", "2024-08-22T16:30", "--json")
    assert json.loads(printed) == why_limit(limit="romm.service_1", start="2024-08-22T16:30", nation="england")


def test_why_in_words_ends_with_the_source() -> None:
    printed = why("appeal.acknowledge", "--from", "2025-08-22T12:00").splitlines()
    assert printed[0] == "Due on 2025-08-27, until 2025-08-27T22:59:59.999999Z."
    assert printed[-1].startswith("Source: ")


@pytest.mark.parametrize("arguments", [["romm.service_1"], ["nothing", "--from", "2024-08-22"], []])
def test_why_refuses_with_a_sentence(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        why(*arguments)


def test_a_batch_answers_every_line_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    good = {"limit": "appeal.acknowledge", "from": "2026-07-10T12:00", "nation": "northern-ireland"}
    asked = [json.dumps(good), "not json", json.dumps({**good, "from": "2026-03-29T01:30"}), "[]", json.dumps(good)]
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("why", batch=True, stdout=out, stdin=StringIO("\n".join(asked)))
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [row.get("due_on") or row["line"] for row in found] == ["2026-07-15", 2, 3, 4, "2026-07-15"]
    assert [sorted(row) for row in found[1:4]] == [["error", "line"]] * 3


def test_a_batch_without_faults_succeeds() -> None:
    out = StringIO()
    call_command(
        "why", batch=True, stdout=out, stdin=StringIO('{"limit": "romm.service_2", "from": "2024-09-12T09:05"}\n')
    )
    assert json.loads(out.getvalue())["due_on"] == "2024-10-02"


def test_the_page_of_documentation_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == limits_page()
    call_command("generate_limits", check=True)


def test_the_check_notices_a_stale_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Control."""
    stale = tmp_path / "limits.md"
    stale.write_text(limits_page().replace("10 calendar days", "11 calendar days"))
    monkeypatch.setattr("deadlines.management.commands.generate_limits.PAGE", stale)
    with pytest.raises(CommandError, match="out of date"):
        call_command("generate_limits", check=True)


def test_the_words_of_the_enums_are_those_of_the_contract() -> None:
    assert [unit.value for unit in Unit] == ["calendar", "working"]
    assert [start.value for start in StartsFrom] == ["received", "issued", "valid"]
    assert [one.value for one in Consequence] == ["blocked", "needs_reason", "accepted_late"]


@pytest.mark.parametrize(
    "bad",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"limit": "romm.service_2", "from": "\\ud800"}',
        '{"limit": "\\udfff", "from": "2024-09-12T09:05"}',
        '{"limit": "romm.service_2", "from": "2024-09-12T09:05", "nation": "\\ud800"}',
        '{"limit": "romm.service_2", "from": "\udcff"}',
    ],
)
def test_a_batch_goes_on_after_a_line_that_nobody_can_read(bad: str) -> None:
    good = '{"limit": "romm.service_2", "from": "2024-09-12T09:05"}'
    raw = BytesIO()
    out = TextIOWrapper(raw, encoding="utf-8", write_through=True)
    with pytest.raises(CommandError, match="1 of the lines"):
        call_command("why", batch=True, stdout=out, stdin=StringIO(f"{bad}\n{good}\n"))
    answers = [json.loads(line) for line in raw.getvalue().decode().splitlines()]
    assert (answers[0]["line"], "error" in answers[0], answers[1]["limit"]) == (1, True, "romm.service_2")


def test_bytes_that_are_no_text_do_not_end_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    good = b'{"limit": "romm.service_2", "from": "2024-09-12T09:05"}\n'
    read = TextIOWrapper(BytesIO(b'{"limit": "\xff", "from": "x"}\n' + good), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", read)
    out = StringIO()
    with pytest.raises(CommandError, match="1 of the lines"):
        call_command("why", batch=True, stdout=out)
    assert [json.loads(line).get("line") for line in out.getvalue().splitlines()] == [1, None]
