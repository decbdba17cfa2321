import pytest

from postresults.rules.boundaries import Step, bands, place
from postresults.rules.chart import draw
from postresults.rules.cohort import SMALLEST_COHORT, compare, guard_words, standardised

STEPS = (Step("P", "Pass", 24), Step("M", "Merit", 30), Step("D", "Distinction", 37))


@pytest.mark.parametrize(
    ("mark", "below", "above", "near"),
    [(0, 24, None, False), (23, 1, None, True), (29, 1, 5, True), (37, None, 0, False)],
)
def test_where_a_mark_stands(mark, below, above, near):
    found = place(mark, STEPS)
    assert (found.below, found.above, found.near) == (below, above, near)


def test_bands_hold_every_candidate_once():
    marks = [9, 23, 24, 29, 29, 30, 50]
    found = bands(marks, STEPS, max_mark=50, unclassified="Unclassified")
    assert [(band.label, band.lowest, band.highest, band.candidates) for band in found] == [
        ("Distinction", 37, 50, 1),
        ("Merit", 30, 36, 1),
        ("Pass", 24, 29, 3),
        ("Unclassified", 0, 23, 2),
    ]


def test_the_worked_sum_of_a_distance():
    """Ten candidates with 0 or 20 marks: mean 10, deviation 10, so z is -1 or 1."""
    here = {n: 20 if n % 2 else 0 for n in range(10)}
    there = {n: 0 if n == 1 else 20 if n % 2 else 0 for n in range(10)} | {0: 20}
    found = compare((1, "a"), {(1, "a"): here, (2, "a"): there})
    assert standardised(here)[1] == 1.0
    assert found[1].distance == 2.0 and found[1].unexpected
    assert found[0].distance == -2.0 and found[0].words == "2.0 lower than elsewhere"
    assert found[3].distance == 0.0 and not found[3].unexpected and found[3].words == "As elsewhere"


def test_small_and_flat_cohorts_are_not_compared():
    small = {n: n for n in range(SMALLEST_COHORT - 1)}
    assert standardised(small) == {}
    assert guard_words(len(small)).startswith("With fewer than 10 candidates")
    assert standardised(dict.fromkeys(range(20), 7)) == {}
    assert guard_words(SMALLEST_COHORT) == ""


def test_the_chart_draws_each_mark_once_and_inside():
    chart = draw([9, 23, 23, 30], STEPS, max_mark=50)
    assert [bar.near for bar in chart.bars] == [False, True, False]
    assert all(chart.left <= bar.x and bar.x + bar.width <= chart.right for bar in chart.bars)
    assert [number for _, number in chart.grid] == [1, 2]
