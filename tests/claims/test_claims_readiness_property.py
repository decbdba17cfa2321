"""Stored readiness equals what the rules say, after any sequence of acts."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.actions import (
    Asked,
    GradeLine,
    accept_claims,
    not_this_summer,
    put_right,
    record_grades,
    refuse_claims,
    submit_claims,
    undo_not_this_summer,
    undo_submission,
)
from claims.models import Claim, Readiness
from claims.queries.readiness import readiness_of
from portal.errors import Refused
from tests.factories.claims import JUNE, learner_on, programme, summer
from tests.factories.people import CentreFactory, UserFactory

ACTS = ["grade U", "grade P", "grade D", "claim", "undo", "accept", "refuse", "put right", "absent", "back"]


def act(name, learner, who):
    """One act on one learner; acts that the rules refuse leave everything as it was."""
    last = Claim.objects.filter(registration=learner).order_by("pk").last()
    row = Readiness.objects.get(registration=learner)
    if name.startswith("grade"):
        unit = learner.programme.qualification.parts.get(unit__number="8").unit
        record_grades(centre=learner.centre, grades=[GradeLine(learner.pk, unit.pk, name[-1])], by=who, at=JUNE)
    elif name == "claim":
        token = f"t{Claim.objects.count()}"
        submit_claims(
            centre=learner.centre, series=summer(), asked=[Asked(learner.pk, row.grade)], token=token, by=who, at=JUNE
        )
    elif name in ("absent", "back"):
        if name == "absent":
            not_this_summer(registration=learner, reason="Left", by=who, at=JUNE)
        else:
            undo_not_this_summer(registration=learner, by=who, at=JUNE)
    elif last is not None:
        {
            "undo": lambda: undo_submission(submission=last.submission, by=who, at=JUNE),
            "accept": lambda: accept_claims(claim_ids=[last.pk], by=who, at=JUNE),
            "refuse": lambda: refuse_claims(claim_ids=[last.pk], reason="No", by=who, at=JUNE),
            "put right": lambda: put_right(claim=last, words="Done", by=who, at=JUNE),
        }[name]()


def told(row):
    return (row.state, row.grade, row.points, row.reasons, row.needs, row.notes, row.units_done, row.units_needed)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), max_size=8))
def test_stored_readiness_is_what_the_rules_say_after_any_acts(acts, django_db_blocker):
    with transaction.atomic():
        who = UserFactory()
        learner = learner_on(programme(CentreFactory()))
        for name in acts:
            try:
                with transaction.atomic():
                    act(name, learner, who)
            except Refused:
                continue
        (fresh,) = readiness_of([learner.pk], at=JUNE)
        assert told(Readiness.objects.get(registration=learner)) == told(fresh)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_control_a_writer_that_forgets_to_recompute_is_seen():
    learner = learner_on(programme(CentreFactory()))
    learner.unit_grades.filter(unit__number="8").update(grade="U")
    (fresh,) = readiness_of([learner.pk], at=JUNE)
    assert told(Readiness.objects.get(registration=learner)) != told(fresh)
