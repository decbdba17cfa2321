from dataclasses import replace

import pytest

from claims.rules.eligibility import Position, Rule, UnitLine, evaluate

RULE = Rule(total_hours=360, pass_hours=0, thresholds={"P": 36, "M": 52, "D": 74, "D*": 90}, source="points table")
UNITS = (
    UnitLine("1", "Exploring Business", "internal", 90, True, False, True, "D", "D"),
    UnitLine("2", "Marketing Campaign", "external", 90, True, False, True, "M"),
    UnitLine("3", "Finance", "external", 120, True, False, True, "P"),
    UnitLine("8", "Recruitment", "internal", 60, False, False, True, "M", "M"),
    UnitLine("14", "Customer Service", "internal", 60, False, False, False),
)
READY = Position("full_award", RULE, UNITS, released=True)


def with_unit(number, **changes):
    return replace(READY, lines=tuple(replace(line, **changes) if line.number == number else line for line in UNITS))


def codes(position):
    return [reason.code for reason in evaluate(position).reasons]


def messages(position):
    return [reason.message for reason in evaluate(position).reasons]


def test_a_complete_set_is_eligible_and_worked_out():
    found = evaluate(READY)
    assert found.eligible
    assert (found.grade, found.points, found.units_done, found.units_needed) == ("M", 61, 4, 4)
    assert all(need.met for need in found.needs)


def test_a_missing_unit_grade_is_named():
    found = evaluate(with_unit("8", grade=""))
    assert [(reason.code, reason.message, reason.unit) for reason in found.reasons] == [
        ("unit_grade_missing", "Unit 8 has no grade", "8")
    ]
    assert (found.grade, found.units_done, found.units_needed) == ("", 3, 4)


def test_an_external_unit_without_result_or_entry_is_named():
    assert messages(with_unit("2", grade="")) == ["Unit 2 has no result and no entry in this series"]


def test_an_external_unit_that_is_entered_waits_for_its_result_and_does_not_block():
    found = evaluate(with_unit("2", grade="", entered=True))
    assert found.eligible
    assert (found.grade, found.points, found.units_done) == ("", None, 4)


def test_a_mandatory_unit_outside_the_set_is_the_one_reason():
    assert messages(with_unit("1", chosen=False)) == ["Set of units is not eligible: Unit 1 missing"]


def test_a_set_that_is_too_small_says_by_how_much():
    assert messages(with_unit("8", chosen=False)) == ["Set of units is 60 guided learning hours short"]


def test_a_near_pass_is_good_enough_for_an_external_mandatory_unit():
    assert codes(with_unit("2", grade="N")) == []


@pytest.mark.parametrize(("unit", "grade"), [("2", "U"), ("1", "U")])
def test_a_failed_mandatory_unit_blocks(unit, grade):
    assert codes(with_unit(unit, grade=grade)) == ["units_ineligible"]


def test_points_below_the_lowest_threshold_block():
    low = replace(READY, rule=replace(RULE, thresholds={"P": 62}))
    assert messages(low) == ["61 points, and P needs 62"]


def test_too_few_hours_at_pass_block():
    rule = replace(RULE, pass_hours=350)
    assert messages(replace(with_unit("8", grade="U"), rule=rule)) == [
        "300 guided learning hours at pass or above, too few"
    ]


def test_a_programme_that_is_not_released_blocks_a_full_award_only():
    assert codes(replace(READY, released=False)) == ["not_released"]
    assert codes(replace(READY, released=False, claim_kind="cash_in")) == []


def test_a_refusal_blocks_and_is_told():
    assert messages(replace(READY, refusal="Unit 3 was sat elsewhere.")) == [
        "The last claim was refused: Unit 3 was sat elsewhere."
    ]


def test_the_terminal_component_needs_an_entry_in_this_series_even_with_an_earlier_result():
    terminal = with_unit("3", terminal=True)
    assert messages(terminal) == ["No entry for Unit 3, the terminal component, in this series"]
    assert codes(with_unit("3", terminal=True, entered=True)) == []


def test_the_uploaded_grades_are_worked_out_beside_the_current_ones():
    found = evaluate(with_unit("8", grade="D", uploaded_grade="P"))
    assert (found.grade, found.points) == ("M", 67)
    assert (found.uploaded_grade, found.uploaded_points) == ("M", 57)
