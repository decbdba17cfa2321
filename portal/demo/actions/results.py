"""Results of the demonstration: an on-screen test that is out, and a summer that waits for its moments."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from portal.accounts.models import User
from portal.catalogue.models import Qualification, Series, Unit
from portal.centres.models import Centre
from portal.demo.actions.days import ENTERED_SUMMER, JOINED, ONSCREEN_LOADED, ONSCREEN_OUT, SUMMER_LOADED
from portal.demo.actions.people import officer_of
from portal.demo.rules import sample_mark, season
from portal.learners.actions import (
    EntryLine,
    LearnerLine,
    PaperLine,
    RegistrationLine,
    ResultLine,
    approve_programmes,
    load_papers,
    load_results,
    release_programmes,
    save_entries,
    save_learners,
    save_registrations,
    tell_released,
)
from portal.learners.models import Entry, Programme, Registration
from portal.learners.queries.papers import mark_scales
from portal.learners.rules.marks import grade_at
from postresults.actions import seed_releases

STAFF = "casework@board.example"
LOADED = {"2024-05": ONSCREEN_LOADED, "2024-06": SUMMER_LOADED}


def tell_results(*, centre: Centre) -> None:
    """Papers and boundaries, the moments from the key dates, and the results of every cohort."""
    staff = User.objects.get(email=STAFF)
    for code, at in LOADED.items():
        seed_releases(series=Series.objects.get(pk=code), by=staff, at=at)
    load_papers(lines=list(_papers()), by=staff, at=ONSCREEN_LOADED)
    for cohort in season()["cohorts"]:
        _tell_cohort(centre, cohort, staff)
    _tell_terminal(centre, staff)
    tell_released(as_of=ONSCREEN_OUT)


def _papers() -> Iterator[PaperLine]:
    units = dict(Unit.objects.values_list("code", "pk"))
    for row in season()["papers"]:
        yield PaperLine(
            unit_id=units[row["unit"]],
            series_id=row["series"],
            max_mark=row["max_mark"],
            sat_on=date.fromisoformat(row["sat_on"]),
            boundaries=row["boundaries"],
        )


def _tell_cohort(centre: Centre, cohort: dict[str, Any], staff: User) -> None:
    programmes = _programmes(centre, set(cohort["programmes"].values()), staff)
    registrations = _register(centre, cohort, programmes)
    units = dict(Unit.objects.filter(code__in=cohort["programmes"]).values_list("code", "pk"))
    marks = [
        (registrations[row["number"], cohort["programmes"][unit]].pk, units[unit], mark)
        for row in cohort["candidates"]
        for unit, mark in row["marks"].items()
    ]
    entries = [EntryLine(pk, unit, cohort["series"]) for pk, unit, _ in marks]
    save_entries(centre=centre, lines=entries, by=officer_of(centre), at=ENTERED_SUMMER)
    _load(centre, cohort["series"], marks, staff)


def _programmes(centre: Centre, codes: set[str], staff: User) -> dict[str, Programme]:
    """Programmes of the centre by code; those it does not run yet are approved and released."""
    standing = set(centre.programmes.values_list("qualification__code", flat=True))
    new = list(Qualification.objects.filter(code__in=codes - standing).order_by("code"))
    if new:
        made = approve_programmes(centre=centre, qualifications=new, by=staff, at=JOINED)
        release_programmes(programmes=made, by=staff, at=JOINED)
    rows = centre.programmes.filter(qualification__code__in=codes).select_related("qualification")
    return {row.qualification.code: row for row in rows}


def _register(
    centre: Centre, cohort: dict[str, Any], programmes: dict[str, Programme]
) -> dict[tuple[str, str], Registration]:
    """Learners and a registration for each programme they have a mark in, by (candidate number, programme)."""
    officer = officer_of(centre)
    people = [_learner(row) for row in cohort["candidates"]]
    save_learners(centre=centre, lines=people, by=officer, at=JOINED)
    learners = dict(centre.learners.values_list("candidate_number", "pk"))
    wanted = {
        (row["number"], cohort["programmes"][unit]): None for row in cohort["candidates"] for unit in row["marks"]
    }
    lines = [
        RegistrationLine(
            learner_id=learners[number],
            programme_id=programmes[code].pk,
            series_id=cohort["completes"],
            number=_number(centre, number, code),
            registered_on=JOINED.date(),
        )
        for number, code in wanted
    ]
    save_registrations(centre=centre, lines=lines, by=officer, at=JOINED)
    rows = {row.number: row for row in centre.registrations.filter(number__in=[line.number for line in lines])}
    return {(number, code): rows[_number(centre, number, code)] for number, code in wanted}


def _number(centre: Centre, number: str, code: str) -> str:
    """The subject's letter keeps two registrations of one learner apart."""
    return f"R{centre.number}{number}{code.split('-')[1][0]}"


def _learner(row: dict[str, Any]) -> LearnerLine:
    born_on = date(2007, 9, 1) + timedelta(days=int(row["number"]) * 17 % 360)
    return LearnerLine(
        candidate_number=row["number"], family_name=row["family"], given_name=row["given"], born_on=born_on
    )


def _tell_terminal(centre: Centre, staff: User) -> None:
    """Terminal components of this summer: entered long ago, and under embargo until August."""
    series = "2024-06"
    papers = [row["unit"] for row in season()["papers"] if row["series"] == series]
    entries = Entry.objects.filter(centre=centre, series=series, unit__code__in=papers, unit__parts__terminal=True)
    rows = entries.distinct().order_by("pk").values_list("registration", "unit")
    marks = [(pk, unit, sample_mark(turn)) for turn, (pk, unit) in enumerate(rows)]
    _load(centre, series, marks, staff)


def _load(centre: Centre, series: str, marks: Sequence[tuple[int, int, int]], staff: User) -> None:
    at = LOADED[series]
    scales = mark_scales({(unit, series) for _, unit, _ in marks})
    lines = [ResultLine(pk, unit, series, grade_at(mark, scales[unit, series]), at, mark) for pk, unit, mark in marks]
    load_results(centre=centre, lines=lines, by=staff, at=at)
