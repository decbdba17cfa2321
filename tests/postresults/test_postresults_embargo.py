"""Before its moment a result shows nowhere; between the moments to heads and exams officers alone."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import resolve

from portal import clock
from portal.accounts.models import User
from portal.casework import kinds
from portal.centres.models import Centre
from portal.demo.actions import load
from portal.learners.actions import tell_released
from portal.learners.actions.releases import _tell
from portal.learners.models import AwardResult, Registration, Result, ResultRelease
from portal.learners.models.results import ReleasedQuerySet
from portal.people.rules import OFFERED
from tests.assurance.conftest import samples_of, token_of
from tests.assurance.walking import Samples, routes, text_of, undone
from tests.factories.casework import TRIAL
from tests.factories.people import signed_in

SENTINEL = "ZQ9xKv7Q"  # long enough that no random token holds it
UNIT = "N16-BUS-2"
PEOPLE = ("head", "officer", "deputy", "programme", "readonly")
RESTRICTED = {"head", "officer"}
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Season:
    result: Result
    samples: Samples


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker):
    """The demonstration with one grade that no other row has, for a learner and for the same learner's award.

    Consent was asked for and recorded about it, so that the pages of consents hold it too. Played once: it takes
    seconds, and each test undoes what it did.
    """
    with django_db_blocker.unblock(), undone():
        load(at=clock.wall())
        yield _with_sentinel()
        kinds.unregister(TRIAL.key)


@pytest.fixture
def season(played):
    with undone():
        yield played


def _with_sentinel():
    centre = Centre.objects.get(number="12345")
    rows = Result.objects.select_related("registration__learner")
    result = rows.filter(centre=centre, series="2024-06", unit__code=UNIT).order_by("pk")[0]
    Result.objects.filter(pk=result.pk).update(grade=SENTINEL)
    result.grade = SENTINEL
    AwardResult.objects.create(
        centre=centre,
        registration=result.registration,
        series_id="2024-06",
        release=result.release,
        grade=SENTINEL,
        issued_at=clock.now(),
    )
    samples = _asked_about(result)
    about = {
        "candidate": result.registration.learner.candidate_number,
        "registration": result.registration.number,
        "series": "2024-06",
        "unit": UNIT,
    }
    return Season(result, replace(samples, victims={**samples.victims, **about}))


def _asked_about(result):
    """The samples of the walker, made while the result is out; its moments are as they were afterwards."""
    held = ResultRelease.objects.filter(pk=result.release_id)
    before = held.values("to_centres_at", "to_candidates_at").get()
    at = clock.now() - HOUR
    held.update(to_centres_at=at, to_candidates_at=at)
    samples = samples_of(result.centre, first=result)
    held.update(**before)
    return samples


def moments(result, *, centres, candidates):
    """Move both moments, as hours from now."""
    at = clock.now()
    ResultRelease.objects.filter(pk=result.release_id).update(
        to_centres_at=at + centres * HOUR, to_candidates_at=at + candidates * HOUR, told_at=None
    )
    tell_released(as_of=at)


def addresses(season):
    """Everything that could show the result: each page of a centre and of a learner's link, and searches."""
    result = season.result
    base, learner = "/c/12345", result.registration.learner
    found = [
        route.fill(values)
        for route in routes()
        if route.template.startswith(("c/%(number)s/", "consent/"))
        for values in season.samples.values(route)
    ]
    return [
        *found,
        f"{base}/claims/?state=all&q={learner.candidate_number}",
        f"{base}/claims/rows.csv?state=all",
        f"{base}/learners/?q={learner.candidate_number}",
        f"{base}/results/?series=2024-06",
        f"{base}/results/components/2024-06/{UNIT}/?show=all",
        f"{base}/consents/?q={learner.candidate_number}",
    ]


API = (
    "/api/v1/results/?series=2024-06",
    f"/api/v1/results/?series=2024-06&unit={UNIT}",
    "/api/v1/learners/",
    "/api/v1/tracker/",
)


def seen_by(name, season):
    """The addresses under which somebody reads the sentinel, with their bodies."""
    client = signed_in(Client(SERVER_NAME="localhost"), User.objects.get(email=f"{name}@northgate.example"))
    pages = {path: text_of(client.get(path)) for path in addresses(season)}
    return {path: body for path, body in pages.items() if SENTINEL in body}


def read_by_token(name):
    secret = token_of(f"{name}@northgate.example", Centre.objects.get(number="12345"))[1]
    client = Client(SERVER_NAME="localhost", headers={"authorization": f"Token {secret}"})
    return [path for path in API if SENTINEL in client.get(path).content.decode()]


def test_before_the_first_moment_nobody_sees_it_anywhere(season):
    moments(season.result, centres=1, candidates=2)
    assert {name: sorted(seen_by(name, season)) for name in PEOPLE} == {name: [] for name in PEOPLE}
    assert read_by_token("head") == []


def test_between_the_moments_heads_and_officers_see_it_marked_restricted(season):
    moments(season.result, centres=-1, candidates=1)
    found = {name: seen_by(name, season) for name in PEOPLE}
    assert {name for name, pages in found.items() if pages} == RESTRICTED
    unmarked = [path for name in RESTRICTED for path, body in found[name].items() if "Restricted until" not in body]
    assert unmarked == []
    assert read_by_token("head") == []


def test_after_the_second_moment_everybody_with_results_sees_it_and_no_mark(season):
    moments(season.result, centres=-2, candidates=-1)
    found = {name: seen_by(name, season) for name in PEOPLE}
    assert {name for name, pages in found.items() if pages} == set(PEOPLE)
    component = f"/c/12345/results/components/2024-06/{UNIT}/?show=all"
    assert "Restricted until" not in found["readonly"][component]
    assert read_by_token("head") == list(API[:2])
    assert "results:read" in OFFERED


def test_the_pages_of_a_consent_show_the_grade_once_it_is_out_and_not_before(season):
    """A control of the walk: without the sample consents these pages would hold nothing to leak."""
    wanted = {path for path in addresses(season) if "consent" in path}
    moments(season.result, centres=-2, candidates=-1)
    told = wanted & set(seen_by("officer", season))
    names = {resolve(path).view_name for path in told}
    assert names == {"consent:take", "consent:detail", "consent:answer"}
    moments(season.result, centres=-1, candidates=1)
    assert wanted & set(seen_by("officer", season)) == set()


def test_a_release_that_was_moved_after_the_sweep_read_it_is_not_told(season):
    """The sweep reads what is due, somebody moves the moment, and only then the row is told."""
    moments(season.result, centres=1, candidates=2)
    late = ResultRelease.objects.get(pk=season.result.release_id)
    at = clock.now()
    assert _tell(late, at) is False
    assert ResultRelease.objects.get(pk=late.pk).told_at is None
    assert _tell(late, at + 2 * HOUR) is True


@pytest.mark.parametrize("leak", ["released", "shown_to"])
def test_control_a_door_that_forgets_the_moment_is_caught(season, monkeypatch, leak):
    moments(season.result, centres=1, candidates=2)
    monkeypatch.setattr(ReleasedQuerySet, leak, lambda self, whom: self)
    leaked = seen_by("head" if leak == "shown_to" else "readonly", season)
    assert f"/c/12345/results/components/2024-06/{UNIT}/?show=all" in leaked


def test_counts_turn_on_the_telling_and_stored_equals_recomputed(season):
    from claims.actions.readiness import check_readiness

    ids = list(Registration.objects.filter(results__series="2024-06").values_list("pk", flat=True))
    assert check_readiness(ids, as_of=clock.now()) == []
    at = clock.now()
    ResultRelease.objects.filter(series="2024-06").update(
        to_centres_at=at - 2 * HOUR, to_candidates_at=at - HOUR, told_at=None
    )
    assert check_readiness(ids, as_of=clock.now()) == []
    assert tell_released(as_of=at) == 3
    assert tell_released(as_of=at) == 0
    assert check_readiness(ids, as_of=clock.now()) == []
