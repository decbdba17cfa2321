"""The benchmarks at a tiny size: the rows are true, the sides agree, the page is written. No times are held."""

import pytest

from claims.actions import check_readiness
from claims.models import Claim, Readiness
from portal.learners.models import Registration
from tests.bench import national
from tests.bench.report import words
from tests.bench.sizes import SMOKE
from tests.bench.workloads import WORKLOADS


@pytest.mark.django_db
def test_the_national_rows_are_what_the_rules_say() -> None:
    national.make(SMOKE)
    ids = list(Registration.objects.values_list("pk", flat=True))
    assert len(ids) == SMOKE.registrations + SMOKE.file_rows
    assert check_readiness(ids, as_of=national.AT) == []
    assert set(Readiness.objects.values_list("state", flat=True)) == {"ready", "blocked", "claimed", "issued"}
    assert Claim.objects.filter(centre=national.file_centre(SMOKE)).count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.code)
def test_every_workload_agrees_with_its_references(workload) -> None:
    if workload.needs_rows:
        national.make(SMOKE)
    section = workload.run(SMOKE)
    text = words(section, at=national.AT, of="abc", rounds=SMOKE.rounds)
    assert text.startswith(f"## {workload.code}: {workload.title}\n")
    assert section.answers
    assert [fact.what for fact in section.facts if not fact.held] == []
