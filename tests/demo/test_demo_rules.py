from collections import Counter

import pytest

from claims.rules.points import unit_points
from portal.demo.rules import centres, course, grades_for, private_candidate, roll, staff, uci, uln
from portal.demo.rules.grades import Graded

BUSINESS = (
    Graded("1", 90, external=False),
    Graded("2", 90, external=True),
    Graded("3", 120, external=True),
    Graded("8", 60, external=False),
)


def points_of(grades):
    return sum(unit_points(grade=grades[unit.code], guided_hours=unit.guided_hours) for unit in BUSINESS)


@pytest.mark.parametrize("points", [36, 44, 52, 61, 78, 90, 96])
@pytest.mark.parametrize("turn", range(6))
def test_grades_come_to_exactly_the_points(points, turn):
    assert points_of(grades_for(BUSINESS, points=points, turn=turn)) == points


def test_grades_that_are_fixed_stay():
    grades = grades_for(BUSINESS, points=55, fixed={"8": "M"})
    assert grades["8"] == "M"
    assert points_of(grades) == 55


def test_a_near_pass_is_the_last_resort_and_only_where_it_exists():
    grades = grades_for(BUSINESS, points=39)
    assert [unit.external for unit in BUSINESS if grades[unit.code] == "N"] == [True]
    assert "N" not in grades_for(BUSINESS, points=61).values()


def test_points_that_nothing_comes_to_are_refused():
    with pytest.raises(ValueError, match="come to 92 points"):
        grades_for(BUSINESS, points=92)


def test_turns_vary_the_grades():
    assert len({tuple(grades_for(BUSINESS, points=66, turn=turn).items()) for turn in range(3)}) > 1


def test_learner_numbers_have_a_true_check_digit():
    for stem in range(234_500_000, 234_500_400):
        number = uln(stem)
        assert sum(int(digit) * weight for digit, weight in zip(number, range(10, 0, -1), strict=True)) % 11 == 10


def test_candidate_identifiers_have_the_published_check_letter():
    assert uci(centre="12345", year=2024, candidate="0001") == "12345B240001R"


def test_the_rolls_hold_what_the_contract_promises():
    northgate, southbrook = roll("northgate"), roll("southbrook")
    assert (len(northgate.ready), len(northgate.blocked)) == (34, 3)
    assert [(str(on), len(group)) for on, group in northgate.claimed.items()] == [
        ("2024-06-24", 36),
        ("2024-06-26", 52),
    ]
    assert (len(southbrook.ready), len(southbrook.blocked)) == (12, 1)
    assert sum(len(group) for group in southbrook.claimed.values()) == 5
    assert Counter(story.programme for story in northgate.ready) == {
        "NAT-BUS-EC": 12,
        "NAT-HSC-ED": 9,
        "NAT-IT-FD": 6,
        "TA22-HSC": 7,
    }


@pytest.mark.parametrize("name", ["northgate", "southbrook"])
def test_candidate_numbers_are_given_once_and_every_programme_is_run(name):
    stories = roll(name).stories
    assert max(Counter(story.number for story in stories).values()) == 1
    assert max(Counter((story.family, story.given) for story in stories).values()) == 1
    assert all(course(story.programme) for story in stories)


def test_everyone_of_the_contract_is_there():
    assert [person.email.split("@")[0] for person in centres()[0].people] == [
        "officer",
        "deputy",
        "head",
        "quality",
        "programme",
        "senco",
        "readonly",
    ]
    assert [person.email for person in centres()[1].people] == ["officer@southbrook.example", "head@southbrook.example"]
    assert len(staff()) == 16
    assert private_candidate().email == "private@candidate.example"
