"""Learners, what they are registered and entered for, and what has been issued to them.

Years of history, written in bulk; whoever watches registrations is told once at the end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from portal.accounts.models import User
from portal.catalogue.models import ClaimKind, Part, Qualification, Series, Unit, UnitKind
from portal.centres.models import Centre
from portal.demo.rules import Story, course, grades_for, private_candidate, uci, uln
from portal.demo.rules.grades import Graded
from portal.learners import watchers
from portal.learners.models import Entry, Learner, Programme, Registration, Result, UnitChoice

RESULTS_SERIES = "2024-01"
ENTERED_WINTER = date(2023, 10, 12)
ENTERED_SUMMER = date(2024, 2, 19)
RESULTS_ISSUED = datetime(2024, 3, 21, 8, 0, tzinfo=UTC)
RELEASING_STAFF = "casework@board.example"


@dataclass(frozen=True)
class Enrolled:
    """A learner of the story as they stand in the tables: their units in order, and a grade for each."""

    story: Story
    registration: Registration
    parts: tuple[Part, ...]
    grades: dict[str, str]

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units in the learner's set."""
        return tuple(part.unit for part in self.parts if part.unit.code not in self.story.without)


def enrol(*, centre: Centre, series: Series, stories: Sequence[Story], released_at: datetime) -> list[Enrolled]:
    """Write a centre's learners with their registrations, unit sets, entries and winter results."""
    programmes = _programmes(centre, {story.programme for story in stories}, released_at)
    parts = {code: _parts(code) for code in programmes}
    enrolled = [
        Enrolled(
            story=story,
            registration=_registration(learner, programmes[story.programme], series),
            parts=parts[story.programme],
            grades=_grades(story, parts[story.programme], turn),
        )
        for turn, (story, learner) in enumerate(zip(stories, _learners(centre, stories), strict=True))
    ]
    Registration.objects.bulk_create([one.registration for one in enrolled])
    UnitChoice.objects.bulk_create(
        [UnitChoice(registration=one.registration, unit=unit) for one in enrolled for unit in one.units]
    )
    _enter(enrolled)
    watchers.changed([one.registration.pk for one in enrolled], at=released_at)
    return enrolled


def enrol_private_candidate(*, series: Series) -> None:
    """Enter the private candidate through their centre, for papers that nobody claims."""
    card = private_candidate()
    centre = Centre.objects.get(number=card.through)
    qualification = Qualification.objects.get(code=card.qualification)
    programme = Programme.objects.create(centre=centre, qualification=qualification, needs_release=False)
    story = Story(card.candidate_number, card.family_name, card.given_name, card.qualification)
    registration = _registration(_learners(centre, [story])[0], programme, series, on=ENTERED_SUMMER)
    registration.save()
    for part in _parts_of(qualification, options=()):
        UnitChoice.objects.create(registration=registration, unit=part.unit)
        _entry(registration, part.unit, series.pk, ENTERED_SUMMER).save()


def _programmes(centre: Centre, codes: Iterable[str], released_at: datetime) -> dict[str, Programme]:
    releaser = User.objects.get(email=RELEASING_STAFF)
    made = {}
    for qualification in Qualification.objects.filter(code__in=codes).order_by("code"):
        needs_release = qualification.claim_kind != ClaimKind.CASH_IN
        released = needs_release and course(qualification.code).released
        made[qualification.code] = Programme.objects.create(
            centre=centre,
            qualification=qualification,
            needs_release=needs_release,
            released_at=released_at if released else None,
            released_by=releaser if released else None,
        )
    return made


def _parts(code: str) -> tuple[Part, ...]:
    return _parts_of(Qualification.objects.get(code=code), options=course(code).options)


def _parts_of(qualification: Qualification, *, options: Sequence[str]) -> tuple[Part, ...]:
    """Every mandatory unit, and the optional ones that the centre teaches."""
    rows = Part.objects.filter(qualification=qualification).select_related("unit").order_by("pk")
    return tuple(part for part in rows if part.mandatory or part.unit.code in options)


def _learners(centre: Centre, stories: Sequence[Story]) -> list[Learner]:
    return Learner.objects.bulk_create(
        [
            Learner(
                centre=centre,
                candidate_number=story.number,
                family_name=story.family,
                given_name=story.given,
                born_on=date(2005, 9, 1) + timedelta(days=int(story.number) * 17 % 360),
                uln=uln(_stem(centre.number, story.number)),
                uci=uci(centre=centre.number, year=2022, candidate=story.number),
            )
            for story in stories
        ]
    )


def _stem(centre: str, candidate: str) -> int:
    """Nine digits; seven apart, because a stem without a check digit passes to the next."""
    return int(centre[1:]) * 100_000 + int(candidate) * 7


def _registration(learner: Learner, programme: Programme, series: Series, *, on: date | None = None) -> Registration:
    return Registration(
        centre=learner.centre,
        learner=learner,
        programme=programme,
        series=series,
        number=f"R{learner.centre.number}{learner.candidate_number}",
        registered_on=on or course(programme.qualification.code).registered_on,
    )


def _grades(story: Story, parts: Sequence[Part], turn: int) -> dict[str, str]:
    """What the learner has in each unit: from points where points count, else as the story says."""
    units = [part.unit for part in parts if part.unit.code not in story.without]
    if story.points is None:
        internal = [unit.code for unit in units if unit.kind == UnitKind.INTERNAL]
        return dict(zip(internal, story.components, strict=True))
    graded = [Graded(unit.code, unit.guided_hours, unit.kind == UnitKind.EXTERNAL) for unit in units]
    fixed = {story.changed.unit: story.changed.now} if story.changed else {}
    return grades_for(graded, points=story.points, fixed=fixed, turn=turn)


def _enter(enrolled: Sequence[Enrolled]) -> None:
    """The terminal component in the series of the claim; everything else was taken and issued in the winter."""
    summer = [
        _entry(one.registration, part.unit, one.registration.series_id, ENTERED_SUMMER)
        for one in enrolled
        for part in one.parts
        if part.terminal and part.unit.code not in one.story.not_entered
    ]
    winter = [
        (one, part.unit)
        for one in enrolled
        for part in one.parts
        if part.unit.kind == UnitKind.EXTERNAL and part.unit.code in one.grades
    ]
    winter_entries = [_entry(one.registration, unit, RESULTS_SERIES, ENTERED_WINTER) for one, unit in winter]
    Entry.objects.bulk_create([*winter_entries, *summer])
    Result.objects.bulk_create([_result(one, unit) for one, unit in winter])


def _entry(registration: Registration, unit: Unit, series: str, on: date) -> Entry:
    return Entry(
        centre_id=registration.centre_id, registration=registration, unit=unit, series_id=series, entered_on=on
    )


def _result(one: Enrolled, unit: Unit) -> Result:
    return Result(
        centre_id=one.registration.centre_id,
        registration=one.registration,
        unit=unit,
        series_id=RESULTS_SERIES,
        grade=one.grades[unit.code],
        issued_at=RESULTS_ISSUED,
    )
