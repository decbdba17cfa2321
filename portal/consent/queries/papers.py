"""The papers that a question is about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Prefetch

from portal import clock
from portal.catalogue.models import Grade
from portal.consent.models import Consent, ConsentPaper, Wording
from portal.consent.rules import Purpose, digest
from portal.errors import Refused
from portal.learners.models import Learner, Result
from portal.web.words import moment


@dataclass(frozen=True)
class Paper:
    """A paper as a learner knows it. `grade` is empty until its results have reached the candidates."""

    title: str
    qualification: str
    series: str
    grade: str


def check_papers(*, learner: Learner, papers: Collection[Result], at: datetime) -> None:
    """A question is about results of that learner that have reached the candidates. Raises Refused."""
    if not papers:
        raise Refused("Choose at least one paper.", code="papers")
    if any(result.registration.learner_id != learner.pk for result in papers):
        raise Refused("One of these papers is not this learner’s.", code="papers")
    if (released_at := last_released_at(papers)) > at:
        raise Refused(
            f"Results reach the candidates on {moment(released_at)}. Consent is asked for after that.",
            code="before_results",
        )


def last_released_at(papers: Collection[Result]) -> datetime:
    """When the last of these reaches the candidates, as it is stored: the caller's rows may be older."""
    rows = Result.objects.filter(pk__in=[result.pk for result in papers])
    released_at: datetime = rows.aggregate(last=Max("release__to_candidates_at"))["last"]
    return released_at


def last_released_on(papers: Collection[Result]) -> date:
    """The London day by which candidates had all of these."""
    return clock.london_date(last_released_at(papers))


def wording_in_force(purpose: Purpose, *, on: date) -> Wording:
    """The words for a purpose on a London day. Raises Refused where none were loaded."""
    rows = Wording.objects.filter(purpose=purpose.value, in_force_from__lte=on)
    found = rows.order_by("-in_force_from").first()
    if found is None:
        raise Refused("There are no words to put to the learner yet. Tell the awarding organisation.", code="wording")
    return found


def by_token(token: str) -> Consent | None:
    """The consent that a link belongs to, whatever has become of it."""
    papers = Prefetch("papers", ConsentPaper.objects.select_related("unit", "series").order_by("pk"))
    rows = Consent.objects.select_related("centre", "learner", "wording", "asked_by").prefetch_related(papers)
    return rows.filter(digest=digest(token)).first()


def papers_of(consent: Consent, *, at: datetime) -> list[Paper]:
    """The papers with the grade as it stands, in words: what the learner reads before answering.

    The grade is left out until its results have reached the candidates, whoever reads the page.
    """
    lines = list(consent.papers.all())
    results = Result.objects.filter(
        registration__learner=consent.learner_id, unit__in=[line.unit_id for line in lines]
    ).select_related("release", "registration__programme__qualification")
    found = {(row.unit_id, row.series_id): row for row in results}
    labels = dict(Grade.objects.filter(scale__in={line.unit.scale_id for line in lines}).values_list("code", "label"))
    return [_paper(line, found.get((line.unit_id, line.series_id)), labels, at=at) for line in lines]


def _paper(line: ConsentPaper, result: Result | None, labels: dict[str, str], *, at: datetime) -> Paper:
    is_out = result is not None and result.release.to_candidates_at <= at
    grade = result.grade if result and is_out else ""
    qualification = str(result.registration.programme.qualification) if result else ""
    title = f"{line.unit.title}, {line.unit.noun} {line.unit.number}"
    return Paper(title, qualification, str(line.series), labels.get(grade, grade))
