"""Two officers at once: one claim. The control takes the lock and the constraint away and must see two."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import IntegrityError, OperationalError, connection

from claims.actions import (
    Asked,
    GradeLine,
    accept_claims,
    answer_query,
    query_claim,
    record_grades,
    refuse_claims,
    submit_claims,
    undo_submission,
)
from claims.models import Claim, Readiness, Submission, UnitGrade
from portal.errors import Refused
from tests.factories.claims import JUNE, learner_on, programme, summer
from tests.factories.people import CentreFactory, UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WRITERS = 6


def together(act):
    """Run `act(number)` in several threads at the same moment; refusals come back as their code."""
    barrier = Barrier(WRITERS)

    def one(number):
        try:
            barrier.wait(timeout=10)
            return act(number)
        except (Refused, IntegrityError) as refusal:
            return getattr(refusal, "code", type(refusal).__name__)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(one, range(WRITERS)))


@pytest.fixture
def learner():
    return learner_on(programme(CentreFactory()))


def test_officers_who_claim_at_once_make_one_claim_and_the_others_are_told(learner):
    who, series = UserFactory(), summer()

    def claim(number):
        submit_claims(
            centre=learner.centre, series=series, asked=[Asked(learner.pk, "M")], token=f"t{number}", by=who, at=JUNE
        )
        return "sent"

    assert sorted(together(claim)) == ["sent", *["stale"] * (WRITERS - 1)]
    assert Claim.objects.count() == Submission.objects.count() == 1


def test_one_page_sent_many_times_at_once_is_one_receipt(learner):
    who, series = UserFactory(), summer()

    def claim(number):
        return submit_claims(
            centre=learner.centre, series=series, asked=[Asked(learner.pk, "M")], token="same", by=who, at=JUNE
        ).reference

    assert len(set(together(claim))) == 1
    assert Submission.objects.count() == 1


def test_control_without_lock_and_constraint_the_same_learner_is_claimed_twice(learner):
    who, series = UserFactory(), summer()
    looked = Barrier(WRITERS)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX claim_live_once")
    try:

        def careless(number):
            ready = Readiness.objects.filter(registration=learner, state="ready").exists()
            looked.wait(timeout=10)
            if ready:
                submission = Submission.objects.create(
                    reference=f"X{number}",
                    centre=learner.centre,
                    series=series,
                    token=f"c{number}",
                    by=who,
                    received_at=JUNE,
                    undo_until=JUNE,
                )
                Claim.objects.create(
                    submission=submission,
                    centre=learner.centre,
                    registration=learner,
                    series=series,
                    kind="full_award",
                    due_on=JUNE.date(),
                    late=False,
                    status="submitted",
                )

        together(careless)
        assert Claim.objects.filter(registration=learner).count() == WRITERS
    finally:
        Claim.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX claim_live_once ON claims_claim (registration_id) "
                "WHERE status IN ('submitted', 'queried', 'accepted')"
            )


def test_no_grade_is_lost_when_pages_of_one_version_are_saved_at_once(learner):
    who = UserFactory()
    row = UnitGrade.objects.get(registration=learner, unit__number="8")

    def save(number):
        record_grades(
            centre=learner.centre, grades=[GradeLine(learner.pk, row.unit_id, "DP"[number % 2], 1)], by=who, at=JUNE
        )
        return "saved"

    assert sorted(together(save)) == ["saved", *["stale"] * (WRITERS - 1)]
    row.refresh_from_db()
    assert row.version == 2


def test_control_without_a_version_the_last_page_silently_wins(learner):
    row = UnitGrade.objects.get(registration=learner, unit__number="8")
    read = Barrier(WRITERS)

    def careless(number):
        mine = UnitGrade.objects.get(pk=row.pk)
        read.wait(timeout=10)
        mine.version += 1
        mine.save(update_fields=["version"])

    together(careless)
    row.refresh_from_db()
    assert row.version < 1 + WRITERS


def both(first, second):
    """Two acts at the same moment, many times over: neither may ever wait for the other in a ring."""

    def run(act, barrier):
        try:
            barrier.wait(timeout=10)
            act()
            return "done"
        except Refused:
            return "refused"
        except OperationalError as error:
            return f"broken: {error}"
        finally:
            connection.close()

    barrier = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        return [future.result() for future in [pool.submit(run, first, barrier), pool.submit(run, second, barrier)]]


@pytest.mark.parametrize("pair", ["undo and accept", "answer and refuse", "undo and ask"])
def test_centre_and_staff_who_act_at_once_never_lock_each_other_out(pair):
    place, who = programme(CentreFactory()), UserFactory()
    for number in range(6):
        learners = [learner_on(place) for _ in range(4)]
        submission = submit_claims(
            centre=place.centre,
            series=summer(),
            asked=[Asked(learner.pk, "M") for learner in learners],
            token=f"t{number}",
            by=who,
            at=JUNE,
        )
        ids = list(submission.claims.values_list("pk", flat=True))
        outcomes = both(*acts(pair, submission, ids, who))
        assert not [outcome for outcome in outcomes if outcome.startswith("broken")], outcomes
        assert "done" in outcomes


def acts(pair, submission, ids, who):
    def undo():
        undo_submission(submission=submission, by=who, at=JUNE)

    if pair == "undo and accept":
        return undo, lambda: accept_claims(claim_ids=ids, by=who, at=JUNE)
    claim = submission.claims.order_by("pk").first()
    if pair == "undo and ask":
        return undo, lambda: ask(claim, who)
    query = ask(claim, who)
    return (
        lambda: answer_query(query=query, answer="Yes.", by=who, at=JUNE),
        lambda: refuse_claims(claim_ids=ids, reason="No.", by=who, at=JUNE),
    )


def ask(claim, who):
    return query_claim(claim=claim, question="Right?", answer_by=date(2024, 7, 2), by=who, at=JUNE)
