from datetime import date, timedelta

import pytest

from deadlines.rules.calendar import instant_from
from deadlines.rules.mail import Item, blocks_of, subject_of
from deadlines.rules.slots import SLOTS, mailed_from, newest_slot, slot_day, told_at
from portal.centres.rules import Role

FRIDAY = date(2024, 7, 5)
EVERYBODY = [Role.OFFICER, Role.DEPUTY, Role.HEAD]


def test_the_slots_of_5_july_2024() -> None:
    days = [slot_day(due_on=FRIDAY, slot=slot, nation="england") for slot in SLOTS]
    assert [(day.month, day.day) for day in days] == [(6, 7), (6, 21), (6, 28), (7, 3), (7, 4), (7, 5)]


@pytest.mark.parametrize(("due_on", "last_days"), [(date(2025, 7, 5), [3, 4, 4]), (date(2026, 7, 5), [3, 3, 3])])
def test_slots_of_a_date_on_a_weekend_move_to_the_friday(due_on: date, last_days: list[int]) -> None:
    assert [slot_day(due_on=due_on, slot=slot, nation="england").day for slot in (2, 1, 0)] == last_days


def test_a_slot_on_a_bank_holiday_moves_in_that_nation_only() -> None:
    due_on = date(2026, 7, 27)
    days = {nation: slot_day(due_on=due_on, slot=14, nation=nation).day for nation in ("england", "northern-ireland")}
    assert days == {"england": 13, "northern-ireland": 10}


def test_beyond_the_table_of_bank_holidays_weekends_still_move() -> None:
    assert slot_day(due_on=date(2037, 7, 5), slot=0, nation="england") == date(2037, 7, 3)


@pytest.mark.parametrize(
    ("today", "slot"),
    [
        (date(2024, 6, 6), None),
        (date(2024, 6, 7), 28),
        (date(2024, 6, 20), 28),
        (date(2024, 6, 21), 14),
        (date(2024, 6, 28), 7),
        (date(2024, 7, 2), 7),
        (date(2024, 7, 3), 2),
        (date(2024, 7, 4), 1),
        (date(2024, 7, 5), 0),
        (date(2024, 7, 6), None),
    ],
)
def test_the_newest_slot_is_the_one_whose_turn_it_is(today: date, slot: int | None) -> None:
    assert newest_slot(due_on=FRIDAY, today=today, nation="england") == slot


def test_no_slot_starts_beyond_the_horizon() -> None:
    from deadlines.rules.slots import HORIZON

    for offset in range(0, 3650, 7):
        due_on = date(2025, 1, 1) + timedelta(days=offset)
        firsts = [slot_day(due_on=due_on, slot=28, nation=nation) for nation in ("england", "scotland")]
        assert all(due_on - first <= HORIZON for first in firsts)


@pytest.mark.parametrize(
    ("slot", "held", "told"),
    [
        (28, EVERYBODY, {Role.OFFICER}),
        (14, EVERYBODY, {Role.OFFICER}),
        (7, EVERYBODY, {Role.OFFICER, Role.DEPUTY}),
        (2, EVERYBODY, set(EVERYBODY)),
        (0, EVERYBODY, set(EVERYBODY)),
        (28, [Role.DEPUTY, Role.HEAD], {Role.DEPUTY}),
        (7, [Role.HEAD], {Role.HEAD}),
        (28, [], set()),
    ],
)
def test_who_is_told(slot: int, held: list[Role], told: set[Role]) -> None:
    assert told_at(slot, held) == told


@pytest.mark.parametrize(
    ("planned", "leaves"),
    [
        ("2024-06-28T00:05", "2024-06-28T07:00"),
        ("2024-06-28T07:00", "2024-06-28T07:00"),
        ("2024-06-28T15:30", "2024-06-28T15:30"),
        ("2026-10-25T00:30", "2026-10-25T07:00"),
    ],
)
def test_mail_planned_at_night_waits_for_the_morning(planned: str, leaves: str) -> None:
    assert mailed_from(instant_from(planned)) == instant_from(leaves)


def item(subject: str, count: int, on: date = FRIDAY, centre: str = "Northgate (12345)") -> Item:
    return Item(centre, subject, count, on, "http://x/")


CLAIM, BLOCKED = "{count} learner{s} to claim", "{count} blocked learner{s}"


@pytest.mark.parametrize(
    ("items", "subject"),
    [
        ([item(CLAIM, 34)], "34 learners to claim by Friday 5 July 2024"),
        ([item(CLAIM, 1)], "1 learner to claim by Friday 5 July 2024"),
        ([item(CLAIM, 34), item(BLOCKED, 3)], "34 learners to claim and 3 blocked learners by Friday 5 July 2024"),
        ([item(CLAIM, 34), item(CLAIM, 12, centre="South (23456)")], "46 learners to claim by Friday 5 July 2024"),
        (
            [item(BLOCKED, 3, date(2024, 8, 22)), item(CLAIM, 34)],
            "34 learners to claim by Friday 5 July 2024, and more after that",
        ),
    ],
)
def test_a_subject_is_number_thing_and_date(items: list[Item], subject: str) -> None:
    assert subject_of(items) == subject


def test_the_mail_lists_by_centre() -> None:
    blocks = blocks_of([item(CLAIM, 34), item(CLAIM, 12, centre="A (1)")], today=date(2024, 6, 28))
    assert [(block["centre"], [line["words"] for line in block["lines"]]) for block in blocks] == [
        ("A (1)", ["12 learners to claim"]),
        ("Northgate (12345)", ["34 learners to claim"]),
    ]
    assert blocks[0]["lines"][0]["label"] == "7 days left"
