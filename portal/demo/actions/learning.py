"""Learners, what they are registered and entered for, and what has been issued to them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.accounts.models import User
from portal.catalogue.models import ClaimKind, Part, Qualification, Series, Unit, UnitKind
from portal.centres.models import Centre
from portal.demo.actions.days import ENROLLED, ENTERED_SUMMER, ENTERED_WINTER, RELEASED, RESULTS_ISSUED
from portal.demo.actions.people import officer_of
from portal.demo.rules import Story, course, grades_for, private_candidate, uci, uln
from portal.demo.rules.grades import Graded
from portal.learners import watchers
from portal.learners.actions import (
    EntryLine,
    LearnerLine,
    RegistrationLine,
    ResultLine,
    add_units,
    approve_programmes,
    load_results,
    release_programmes,
    save_entries,
    save_learners,
    save_registrations,
    set_release,
    tell_released,
)
from portal.learners.models import Programme, Registration

RESULTS_SERIES = "2024-01"
STAFF = "casework@board.example"


@dataclass(frozen=True)
class Enrolled:
    """A learner of the story as they stand in the tables: their units in order, and a grade for each."""

    story: Story
    registration: Registration
    units: tuple[Unit, ...]
    terminal: frozenset[str]
    grades: dict[str, str]

    @property
    def winter(self) -> list[Unit]:
        """External units that were taken and issued before the series of the claim."""
        return [unit for unit in self.units if unit.kind == UnitKind.EXTERNAL and unit.code in self.grades]

    @property
    def summer(self) -> list[Unit]:
        """Terminal components that are taken in the series of the claim."""
        return [unit for unit in self.units if unit.code in self.terminal and unit.code not in self.story.not_entered]


def enrol(*, centre: Centre, series: Series, stories: Sequence[Story]) -> list[Enrolled]:
    """A centre's learners from registration to the release of their programmes, in the order of the years."""
    programmes = _approve(centre, stories)
    registrations = _register(centre, series, stories, programmes)
    enrolled = _enrolled(stories, registrations)
    _take_options(centre, enrolled)
    _enter(centre, series, enrolled)
    released = [row for code, row in programmes.items() if row.needs_release and course(code).released]
    release_programmes(programmes=released, by=_staff(), at=RELEASED)
    return enrolled


def enrol_private_candidate(*, series: Series) -> None:
    """Enter the private candidate through their centre, for papers that nobody claims."""
    card = private_candidate()
    centre = Centre.objects.get(number=card.through)
    story = Story(card.candidate_number, card.family_name, card.given_name, card.qualification)
    programmes = _approve(centre, [story])
    registration = _register(centre, series, [story], programmes)[0]
    parts = _parts(Qualification.objects.get(code=card.qualification), options=())
    lines = [EntryLine(registration.pk, part.unit_id, series.pk) for part in parts]
    save_entries(centre=centre, lines=lines, by=officer_of(centre), at=ENTERED_SUMMER)


def _staff() -> User:
    return User.objects.get(email=STAFF)


def _approve(centre: Centre, stories: Sequence[Story]) -> dict[str, Programme]:
    """The centre's programmes by qualification code. Only full awards wait for standards verification."""
    qualifications = list(
        Qualification.objects.filter(code__in={story.programme for story in stories}).order_by("code")
    )
    approved: list[Programme] = []
    for needs_release in (True, False):
        own = [row for row in qualifications if (row.claim_kind == ClaimKind.FULL_AWARD) == needs_release]
        if own:
            approved += approve_programmes(
                centre=centre, qualifications=own, needs_release=needs_release, by=_staff(), at=ENROLLED
            )
    return {row.qualification.code: row for row in approved}


def _register(
    centre: Centre, series: Series, stories: Sequence[Story], programmes: dict[str, Programme]
) -> list[Registration]:
    """Learners and their registrations, in the order of the stories."""
    officer = officer_of(centre)
    save_learners(centre=centre, lines=[_learner(centre, story) for story in stories], by=officer, at=ENROLLED)
    learners = dict(centre.learners.values_list("candidate_number", "pk"))
    lines = [
        RegistrationLine(
            learner_id=learners[story.number],
            programme_id=programmes[story.programme].pk,
            series_id=series.pk,
            number=_number(centre, story),
            registered_on=course(story.programme).registered_on,
        )
        for story in stories
    ]
    save_registrations(centre=centre, lines=lines, by=officer, at=ENROLLED)
    rows = {row.number: row for row in centre.registrations.select_related("programme__qualification")}
    return [rows[line.number] for line in lines]


def _number(centre: Centre, story: Story) -> str:
    return f"R{centre.number}{story.number}"


def _learner(centre: Centre, story: Story) -> LearnerLine:
    return LearnerLine(
        candidate_number=story.number,
        family_name=story.family,
        given_name=story.given,
        born_on=date(2005, 9, 1) + timedelta(days=int(story.number) * 17 % 360),
        uln=uln(int(centre.number[1:]) * 100_000 + int(story.number) * 7),
        uci=uci(centre=centre.number, year=2022, candidate=story.number),
    )


def _enrolled(stories: Sequence[Story], registrations: Sequence[Registration]) -> list[Enrolled]:
    parts = {
        row.programme.qualification.code: _parts(
            row.programme.qualification, options=course(row.programme.qualification.code).options
        )
        for row in registrations
    }
    return [
        Enrolled(
            story=story,
            registration=registration,
            units=tuple(part.unit for part in parts[story.programme]),
            terminal=frozenset(part.unit.code for part in parts[story.programme] if part.terminal),
            grades=_grades(story, [part.unit for part in parts[story.programme]], turn),
        )
        for turn, (story, registration) in enumerate(zip(stories, registrations, strict=True))
    ]


def _parts(qualification: Qualification, *, options: Collection[str]) -> list[Part]:
    """Every mandatory unit, and the optional ones that the centre teaches."""
    rows = Part.objects.filter(qualification=qualification).select_related("unit").order_by("pk")
    return [part for part in rows if part.mandatory or part.unit.code in options]


def _grades(story: Story, units: Sequence[Unit], turn: int) -> dict[str, str]:
    """What the learner has in each unit: from points where points count, else as the story says."""
    if story.points is None:
        internal = [unit.code for unit in units if unit.kind == UnitKind.INTERNAL]
        return dict(zip(internal, story.components, strict=True))
    graded = [Graded(unit.code, unit.guided_hours, unit.kind == UnitKind.EXTERNAL) for unit in units]
    fixed = {story.changed.unit: story.changed.now} if story.changed else {}
    return grades_for(graded, points=story.points, fixed=fixed, turn=turn)


def _take_options(centre: Centre, enrolled: Sequence[Enrolled]) -> None:
    choices = [
        (one.registration.pk, unit.pk)
        for one in enrolled
        for unit in one.units
        if unit.code in course(one.story.programme).options
    ]
    if choices:
        add_units(centre=centre, choices=choices, by=officer_of(centre), at=ENROLLED)


def _enter(centre: Centre, series: Series, enrolled: Sequence[Enrolled]) -> None:
    """External units taken in the winter, terminal components in the summer, and the winter's results."""
    officer = officer_of(centre)
    _release_winter()
    winter = [(one, unit) for one in enrolled for unit in one.winter]
    summer = [(one, unit) for one in enrolled for unit in one.summer]
    for pairs, code, at in ((winter, RESULTS_SERIES, ENTERED_WINTER), (summer, series.pk, ENTERED_SUMMER)):
        lines = [EntryLine(one.registration.pk, unit.pk, code) for one, unit in pairs]
        save_entries(centre=centre, lines=lines, by=officer, at=at)
    results = [
        ResultLine(one.registration.pk, unit.pk, RESULTS_SERIES, one.grades[unit.code], RESULTS_ISSUED)
        for one, unit in winter
    ]
    load_results(centre=centre, lines=results, by=_staff(), at=RESULTS_ISSUED)


def _release_winter() -> None:
    series = Series.objects.get(pk=RESULTS_SERIES)
    for level in ("3", "2", "1/2"):
        set_release(
            series=series,
            level=level,
            to_centres_at=RESULTS_ISSUED,
            to_candidates_at=RESULTS_ISSUED,
            source="Demonstration data",
            by=_staff(),
            at=ENTERED_WINTER,
        )
    tell_released(as_of=RESULTS_ISSUED)


def lose_units(*, enrolled: Sequence[Enrolled], at: datetime) -> None:
    """Sets that lack a mandatory unit, as transfers from older systems bring them. No act of ours makes one."""
    for one in enrolled:
        if one.story.without:
            one.registration.choices.filter(unit__code__in=one.story.without).delete()
            watchers.changed([one.registration.pk], at=at)
