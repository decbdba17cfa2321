"""When results come out: moved by two people, only ahead, and near the results day or with a reason."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.catalogue.models import Series
from portal.errors import Refused, Stale
from portal.learners.actions import approve_release, propose_release, return_release, set_release, tell_released
from portal.learners.models import ReleaseProposal, ResultRelease
from tests.factories.claims import summer
from tests.factories.people import StaffMembershipFactory
from tests.factories.results import embargoed

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 8, 1, 9, 0, tzinfo=UTC)
CENTRES, CANDIDATES = datetime(2024, 8, 14, 7, 0, tzinfo=UTC), datetime(2024, 8, 15, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RESULTS_ON = date(2024, 8, 15)


@pytest.fixture
def people():
    return [StaffMembershipFactory(role="casework").user for _ in range(2)]


@pytest.fixture
def release():
    return embargoed(summer(), "3", to_centres_at=CENTRES, to_candidates_at=CANDIDATES)


def propose(release, by, *, centres=CENTRES + DAY, candidates=CANDIDATES + DAY, reason="", at=NOW, on=RESULTS_ON):
    return propose_release(
        release=release,
        to_centres_at=centres,
        to_candidates_at=candidates,
        source="Notice of July",
        reason=reason,
        results_on=on,
        by=by,
        at=at,
    )


def code_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def stored(release):
    return ResultRelease.objects.values_list("to_centres_at", "to_candidates_at").get(pk=release.pk)


def test_one_person_proposes_and_another_moves_the_moments(release, people):
    proposal = propose(release, people[0])
    assert stored(release) == (CENTRES, CANDIDATES)
    assert code_of(lambda: approve_release(proposal=proposal, by=people[0], at=NOW)) == "same_person"
    assert code_of(lambda: propose(release, people[1])) == "waiting"
    approve_release(proposal=proposal, by=people[1], at=NOW)
    assert stored(release) == (CENTRES + DAY, CANDIDATES + DAY)
    with pytest.raises(Stale):
        approve_release(proposal=proposal, by=people[1], at=NOW)


def test_what_is_sent_back_changes_nothing(release, people):
    proposal = propose(release, people[0])
    assert code_of(lambda: return_release(proposal=proposal, remark=" ", by=people[1], at=NOW)) == "remark"
    return_release(proposal=proposal, remark="Wrong day.", by=people[1], at=NOW)
    assert stored(release) == (CENTRES, CANDIDATES)
    assert propose(release, people[0]).pk != proposal.pk


def test_a_wrong_year_releases_nothing(release, people):
    year = timedelta(days=365)
    past = {"centres": CENTRES - year, "candidates": CANDIDATES - year}
    assert code_of(lambda: propose(release, people[0], reason="Typed wrong.", **past)) == "passed"
    ahead = {"centres": CENTRES + year, "candidates": CANDIDATES + year}
    assert code_of(lambda: propose(release, people[0], **ahead)) == "reason"
    assert code_of(lambda: propose(release, people[0], on=None)) == "reason"
    assert tell_released(as_of=NOW) == 0
    # The control: the same far moments with a reason.
    assert propose(release, people[0], reason="The strike.", **ahead).reason == "The strike."


def test_the_instant_itself_is_too_late_also_when_it_passes_before_the_approval(release, people):
    proposal = propose(release, people[0], centres=NOW + DAY, candidates=CANDIDATES + DAY)
    assert code_of(lambda: approve_release(proposal=proposal, by=people[1], at=NOW + DAY)) == "passed"
    approve_release(proposal=proposal, by=people[1], at=NOW + DAY - timedelta(microseconds=1))


def test_a_moment_that_has_passed_stays(release, people):
    between = CENTRES + timedelta(hours=1)
    assert code_of(lambda: propose(release, people[0], at=between)) == "out"
    proposal = propose(release, people[0], centres=CENTRES, at=between)
    assert code_of(lambda: approve_release(proposal=proposal, by=people[1], at=CANDIDATES)) == "out"


def test_setting_makes_what_is_missing_ahead_and_moves_nothing(release, people):
    said = {"series": Series.objects.get(pk="2024-06"), "source": "Key dates", "by": people[0], "at": NOW}
    same = {"to_centres_at": CENTRES, "to_candidates_at": CANDIDATES}
    assert set_release(level="3", **same, **said) == release
    moved = {"to_centres_at": CENTRES, "to_candidates_at": CANDIDATES + DAY}
    assert code_of(lambda: set_release(level="3", **moved, **said)) == "set"
    past = {"to_centres_at": NOW, "to_candidates_at": CANDIDATES}
    assert code_of(lambda: set_release(level="2", **past, **said)) == "passed"
    assert set_release(level="2", **same, **said).told_at is None


def test_the_database_holds_two_people(release, people):
    proposal = propose(release, people[0])
    decided = {"status": "approved", "decided_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        ReleaseProposal.objects.filter(pk=proposal.pk).update(decided_by=people[0], **decided)
    # The control: somebody else is allowed.
    assert ReleaseProposal.objects.filter(pk=proposal.pk).update(decided_by=people[1], **decided) == 1
