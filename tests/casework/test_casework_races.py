"""Colleagues at once: every case has one owner, every reference one case, every decision goes out once."""

from threading import Barrier

import pytest
from django.db import IntegrityError

from portal.casework.actions import Line, decide, issue, open_case, take_next
from portal.casework.models import Case, Counter, Decision, ResultChange
from portal.errors import Refused
from portal.notices.models import Notice
from tests.assurance.test_assurance_claim_races import WRITERS, together
from tests.factories.casework import AT, TRIAL, Matter, member

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def matter(transactional_db) -> Matter:
    return Matter()


def test_people_who_take_at_once_get_a_case_each(matter):
    for _ in range(WRITERS - 1):
        open_case(kind=TRIAL.key, centre=matter.centre, by=None, at=AT)
    people = [member() for _ in range(WRITERS)]
    taken = together(lambda number: take_next(kind=TRIAL.key, by=people[number], at=AT).pk)
    assert len(set(taken)) == WRITERS
    assert dict(Case.objects.values_list("pk", "owner")) == dict(zip(taken, [who.pk for who in people], strict=True))


def test_with_one_case_left_one_gets_it_and_the_others_nothing(matter):
    people = [member() for _ in range(WRITERS)]
    taken = together(lambda number: take_next(kind=TRIAL.key, by=people[number], at=AT))
    assert sum(case is not None for case in taken) == 1


def test_control_taking_without_a_lock_gives_one_case_to_many(matter):
    people, looked = [member() for _ in range(WRITERS)], Barrier(WRITERS)

    def careless(number):
        found = Case.objects.get(pk=matter.case.pk)
        looked.wait(timeout=10)
        if found.owner_id is None:
            Case.objects.filter(pk=found.pk).update(owner=people[number])
            return "mine"
        return "taken"

    assert together(careless) == ["mine"] * WRITERS


def test_references_given_at_once_are_all_different_and_without_gaps(matter):
    made = together(lambda number: open_case(kind=TRIAL.key, centre=matter.centre, by=None, at=AT).reference)
    numbers = sorted(int(reference.rpartition("-")[2]) for reference in made)
    assert numbers == list(range(2, 2 + WRITERS))


def test_the_first_references_of_a_year_are_all_different(matter):
    Counter.objects.all().delete()
    Case.objects.filter(pk=matter.case.pk).update(reference="OLD")
    made = together(lambda number: open_case(kind=TRIAL.key, centre=matter.centre, by=None, at=AT).reference)
    assert len(set(made)) == WRITERS


def test_control_counting_rows_instead_gives_a_number_twice(matter):
    counted = Barrier(WRITERS)

    def careless(number):
        following = Case.objects.count() + 1
        counted.wait(timeout=10)
        try:
            return Case.objects.create(
                reference=f"TRC-{following:05d}", kind=TRIAL.key, status="received", centre=matter.centre, opened_at=AT
            ).reference
        except IntegrityError:
            return "twice"

    assert together(careless).count("twice") == WRITERS - 1


@pytest.fixture
def decision(matter) -> Decision:
    """Ready to go out, with another grade."""
    scale = list(matter.result.unit.scale.grades.order_by("rank"))
    better = scale[-1] if scale[-1].code != matter.result.grade else scale[-2]
    line = Line(result=matter.result, new_grade=better.code, reason="scheme")
    made = decide(
        case=matter.case, kind="trial", outcome="changed", reasons="Marked again.", lines=[line], by=member(), at=AT
    )
    Decision.objects.filter(pk=made.pk).update(needs_countersign=False)
    return made


def test_a_decision_issued_by_many_at_once_goes_out_once(matter, decision):
    who = member()

    def press(number):
        issue(decision=decision, by=who, at=AT)
        return "issued by me"

    outcomes = together(press)
    assert sorted(outcomes) == ["issued", *["issued"] * (WRITERS - 2), "issued by me"]
    assert ResultChange.objects.count() == 1
    assert Notice.objects.filter(kind="decision", user=matter.officer).count() == 1


def test_control_issuing_without_a_lock_goes_out_many_times(matter, decision):
    looked = Barrier(WRITERS)

    def careless(number):
        row = Decision.objects.get(pk=decision.pk)
        looked.wait(timeout=10)
        if row.issued_at is not None:
            raise Refused("Issued already.", code="issued")
        Decision.objects.filter(pk=row.pk).update(issued_at=AT, received_at=AT, issued_by=matter.officer)
        return "issued by me"

    assert together(careless) == ["issued by me"] * WRITERS
