"""No decision by somebody who is involved, by any path; and what keeps it so when an action forgets to ask."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.casework import actions
from portal.casework.models import Case, Decision, Interest, Involvement
from portal.casework.rules import BARRED_BY, Part, can_take, check_uninvolved
from portal.casework.rules.parts import NEVER_DECIDES
from portal.errors import Refused
from tests.factories.casework import AT, Matter, member

ACTS = ("assign", "take", "decide", "countersign", "send_back", "issue", "reissue", "involve", "interest", "reopen")
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.sampled_from(list(Part)), st.sampled_from(["D", "P"])),
    min_size=4,
    max_size=14,
)


def attempt(act, matter, person, part, grade):
    """One act by somebody, however unfit; what is refused changes nothing."""
    case = Case.objects.get(pk=matter.case.pk)
    last = Decision.objects.filter(case=case).order_by("-pk").first()
    line = actions.Line(result=matter.result, new_grade=grade)
    about = {"centre": case.centre, "unit": case.unit, "series": case.series}
    words = {"outcome": "changed", "reasons": "A.", "lines": [line], "by": person, "at": AT}
    acts = {
        "assign": lambda: actions.assign(case=case, to=person, part=part, by=person, at=AT),
        "take": lambda: actions.take_next(kind="trial", by=person, at=AT),
        "decide": lambda: actions.decide(case=case, kind="review", **words),
        "countersign": lambda: last and actions.countersign(decision=last, by=person, at=AT),
        "send_back": lambda: last and actions.send_back(decision=last, reason="B.", by=person, at=AT),
        "issue": lambda: last and actions.issue(decision=last, by=person, at=AT),
        "reissue": lambda: last and actions.reissue(decision=last, **words),
        "involve": lambda: actions.involve(case=case, user=person, part=part, by=None, at=AT),
        "interest": lambda: actions.declare_interest(user=person, part=Part.MARKED, by=None, at=AT, **about),
        "reopen": lambda: actions.reopen(case=case, reason="C.", by=person, at=AT),
    }
    try:
        with transaction.atomic():
            acts[act]()
    except Refused:
        pass


def barred(user, matter):
    """What the rows say of somebody, without asking the guard."""
    own = set(Involvement.objects.filter(case=matter.case, user=user).values_list("part", flat=True))
    fits = Interest.objects.filter(user=user, centre=matter.centre).values_list("part", flat=True)
    close = {"marked", "moderated", "reviewed", "investigated", "subject", "interest"}
    return bool((own | set(fits)) & close)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_nobody_involved_decides_or_countersigns_by_any_path(steps):
    with transaction.atomic():
        matter, people = Matter(), [member() for _ in range(4)]
        for act, number, part, grade in steps:
            person = people[number]
            was_barred, before = barred(person, matter), signatures(person)
            attempt(act, matter, person, part, grade)
            assert not (was_barred and signatures(person) > before), (act, part)
        transaction.set_rollback(True)


def signatures(person):
    """How many decisions carry somebody's name."""
    return Decision.objects.filter(decided_by=person).count() + Decision.objects.filter(countersigned_by=person).count()


@pytest.mark.django_db
def test_control_without_the_guard_an_involved_person_signs(matter):
    person = member()
    actions.involve(case=matter.case, user=person, part=Part.INTEREST, by=None, at=AT)
    before = signatures(person)
    Decision.objects.create(case=matter.case, kind="x", outcome="x", reasons="x", decided_by=person, decided_at=AT)
    assert barred(person, matter)
    assert signatures(person) > before


@pytest.mark.parametrize("part", Part)
def test_every_part_is_allowed_or_refused_with_what_was_done(part):
    if can_take(parts={part}, taking=Part.DECIDED):
        assert part not in BARRED_BY[Part.DECIDED]
        check_uninvolved(name="Joanne Pike", parts={part}, taking=Part.DECIDED)
    else:
        with pytest.raises(Refused, match=f"^Joanne Pike {part.label}\\. "):
            check_uninvolved(name="Joanne Pike", parts={part}, taking=Part.DECIDED)


def test_the_parts_that_the_database_knows_are_all_barred():
    assert set(NEVER_DECIDES) < set(BARRED_BY[Part.DECIDED]) < set(BARRED_BY[Part.COUNTERSIGNED])


@pytest.mark.django_db
def test_an_interest_that_fits_counts_and_another_does_not(matter):
    person, other = member("Joanne Pike"), member()
    actions.declare_interest(
        user=person, part=Part.MARKED, unit=matter.case.unit, series=matter.case.series, by=None, at=AT
    )
    elsewhere = Matter()
    actions.declare_interest(user=other, part=Part.MARKED, centre=elsewhere.centre, by=None, at=AT)
    with pytest.raises(Refused, match=r"^Joanne Pike marked this component"):
        actions.assign(case=matter.case, to=person, part=Part.ASSIGNED, by=person, at=AT)
    assert actions.assign(case=matter.case, to=other, part=Part.ASSIGNED, by=person, at=AT).owner == other


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("part", NEVER_DECIDES)
def test_the_database_refuses_an_involved_decider_and_countersigner(matter, part):
    person, other = member(), member()
    actions.involve(case=matter.case, user=person, part=part, by=None, at=AT)
    base = {"case": matter.case, "kind": "x", "outcome": "x", "reasons": "x", "decided_at": AT}
    with pytest.raises(IntegrityError, match="involved"), transaction.atomic():
        Decision.objects.create(**base, decided_by=person)
    made = Decision.objects.create(**base, decided_by=other)
    with pytest.raises(IntegrityError, match="involved"), transaction.atomic():
        Decision.objects.filter(pk=made.pk).update(countersigned_by=person, countersigned_at=AT)


@pytest.mark.postgres
@pytest.mark.django_db
def test_control_without_its_trigger_the_database_takes_the_row(matter):
    person = member()
    actions.involve(case=matter.case, user=person, part=Part.MARKED, by=None, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_decision DISABLE TRIGGER casework_decision_independent")
    Decision.objects.create(case=matter.case, kind="x", outcome="x", reasons="x", decided_by=person, decided_at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE casework_decision ENABLE TRIGGER casework_decision_independent")
    assert Decision.objects.filter(decided_by=person).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_database_keeps_an_issued_decision_as_it_is(matter):
    made = actions.decide(case=matter.case, kind="x", outcome="x", reasons="x", lines=[], by=member(), at=AT)
    actions.issue(decision=made, by=member(), at=AT)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Decision.objects.filter(pk=made.pk).update(reasons="Others.")
    assert Decision.objects.filter(pk=made.pk).update(received_at=AT) == 1
