"""Clocks of cases: frozen at the start, copied to the case, swept by their column."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deadlines.actions import extend, start_clock, start_clocks, stop_clock, sweep
from deadlines.models import Clock
from deadlines.queries import explain_clock
from portal.casework.actions import Opening, assign, open_many
from portal.casework.models import Case
from portal.casework.rules import Part
from portal.errors import Refused
from portal.notices.models import Notice
from tests.factories.casework import AT, member

LIMIT = "romm.service_2"
END = datetime(2024, 9, 12, 22, 59, 59, 999999, tzinfo=UTC)


def start(case, limit=LIMIT, at=AT):
    return start_clock(case=case, limit=limit, started_at=at, by=None, at=at)


def due_of(case):
    return Case.objects.get(pk=case.pk).due_at


def test_a_start_freezes_the_row_and_the_case_copies_the_nearest(matter):
    clock = start(matter.case)
    assert (clock.row_from, clock.due_on, clock.due_at, clock.nation) == (
        date(2023, 9, 1),
        date(2024, 9, 12),
        END,
        "england",
    )
    nearer = start(matter.case, "appeal.acknowledge")
    assert due_of(matter.case) == nearer.due_at < END
    stop_clock(case=matter.case, limit="appeal.acknowledge", by=None, at=AT)
    assert due_of(matter.case) == END
    stop_clock(case=matter.case, limit=LIMIT, by=None, at=AT)
    assert due_of(matter.case) is None


def test_a_limit_runs_once_on_a_case(matter):
    start(matter.case)
    with pytest.raises(Refused, match="runs already"):
        start(matter.case)


def test_many_clocks_start_in_as_many_queries_as_one(matter):
    counts = []
    for number in (1, 5):
        cases = open_many(kind="trial", openings=[Opening(matter.centre)] * number, by=None, at=AT)
        with CaptureQueriesContext(connection) as queries:
            start_clocks(cases=cases, limit=LIMIT, started_at=AT, by=None, at=AT)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("as_of", "breached"), [(END, 0), (END + timedelta(microseconds=1), 1)])
def test_a_promise_is_broken_after_its_last_instant(matter, as_of, breached):
    start(matter.case)
    assert sweep(as_of=as_of).breached == breached
    assert sweep(as_of=as_of).breached == 0


def test_a_stop_after_the_date_keeps_that_it_was_late(matter):
    start(matter.case)
    stop_clock(case=matter.case, limit=LIMIT, by=None, at=END + timedelta(hours=1))
    assert Clock.objects.get().breached_at == END + timedelta(hours=1)


def test_owners_hear_once_of_what_is_near(matter):
    owner = member("Olu")
    assign(case=matter.case, to=owner, part=Part.ASSIGNED, by=owner, at=AT)
    start(matter.case)
    days = [sweep(as_of=datetime(2024, 9, day, 8, tzinfo=UTC)).forecast for day in (4, 5, 6)]
    assert days == [0, 1, 0]
    assert list(Notice.objects.values_list("user__name", "subject")) == [
        ("Olu", "1 case of yours must be finished within 5 working days")
    ]


@pytest.mark.parametrize(("day", "late"), [(9, False), (10, True)])
def test_a_delay_is_told_with_its_extent_and_whether_in_time(matter, day, late):
    clock = start(matter.case)
    at = datetime(2024, 9, day, 10, tzinfo=UTC)
    extend(case=matter.case, limit=LIMIT, to_on=date(2024, 9, 20), reason="The reviewer is ill.", by=None, at=at)
    clock.refresh_from_db()
    assert (clock.told_late, clock.told_at, clock.due_at) == (late, at, END)
    assert due_of(matter.case) == clock.until_at == datetime(2024, 9, 20, 22, 59, 59, 999999, tzinfo=UTC)
    notice = Notice.objects.get(user=matter.officer)
    assert notice.subject == "We cannot keep the date of TR24-00001, Thursday 12 September 2024"
    assert "likely to be finished by Friday 20 September 2024" in notice.text
    told = explain_clock(clock, as_of=at)
    assert (told["on"], told["sum"][-1]["day"], told["source"]["title"]) == (
        date(2024, 9, 20),
        "Delayed",
        "Post-results services page, read in summer 2024",
    )


def test_a_delay_needs_a_later_day_and_a_reason(matter):
    start(matter.case)
    for to_on, reason, field in ((date(2024, 9, 12), "Ill.", "to_on"), (date(2024, 9, 20), " ", "reason")):
        with pytest.raises(Refused) as refused:
            extend(case=matter.case, limit=LIMIT, to_on=to_on, reason=reason, by=None, at=AT)
        assert refused.value.field == field


def test_a_clock_that_does_not_run_is_not_extended(matter):
    with pytest.raises(Refused, match="does not run"):
        extend(case=matter.case, limit=LIMIT, to_on=date(2024, 9, 20), reason="Ill.", by=None, at=AT)
