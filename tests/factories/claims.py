"""Learners with everything that decides whether they can be claimed for.

`business()` makes the Extended Certificate of the worked example; `learner_on(programme, …)` a registration on it
with grades; by default it is ready.
"""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from claims.actions import recompute
from claims.models import UnitGrade
from deadlines.models import KeyDate
from portal.catalogue.models import AwardRule, Grade, GradeScale, Part, Qualification, Series, Threshold, Unit
from portal.centres.models import Centre
from portal.learners.models import Entry, Learner, Programme, Registration, Result, UnitChoice
from tests.factories.people import UserFactory
from tests.factories.results import out

JUNE = datetime(2024, 6, 28, 8, 42, tzinfo=UTC)
# Small candidate numbers are left for those that a test writes down.
_numbers = count(1000)

UNITS = {
    "1": ("internal", 90, True),
    "2": ("external", 90, True),
    "3": ("external", 120, True),
    "8": ("internal", 60, False),
    "14": ("internal", 60, False),
}
GRADES = {"1": "D", "2": "M", "3": "P", "8": "M"}


def summer() -> Series:
    """Summer 2024 with its dates."""
    series, _ = Series.objects.get_or_create(code="2024-06", defaults={"title": "Summer 2024"})
    for key, on in {
        "claims.full_award": date(2024, 7, 5),
        "claims.cash_in": date(2024, 7, 5),
        "results.level_3": date(2024, 8, 15),
        "results.level_2": date(2024, 8, 22),
    }.items():
        KeyDate.objects.get_or_create(
            key=key,
            series=series,
            defaults={"on": on, "title": key, "audience": "", "source": "test", "confidence": "source"},
        )
    return series


def scale(code: str, grades: str) -> GradeScale:
    made, new = GradeScale.objects.get_or_create(code=code, defaults={"source": "test"})
    if new:
        Grade.objects.bulk_create(
            [Grade(scale=made, code=grade, label=grade, rank=rank) for rank, grade in enumerate(grades.split())]
        )
    return made


def business(**changes: Any) -> Qualification:
    """Business, Extended Certificate: 360 hours, three mandatory units, two optional ones."""
    number = next(_numbers)
    fields = {
        "code": f"BUS{number}",
        "family": "btec_l3_nationals",
        "title": "Business, Extended Certificate",
        "level": "3",
        "guided_hours": 360,
        "scale": scale("nat_single", "U P M D D*"),
        "claim_kind": "full_award",
        "source": "test",
        **changes,
    }
    qualification = Qualification.objects.create(**fields)
    for unit, (kind, hours, mandatory) in UNITS.items():
        made = Unit.objects.create(
            code=f"BUS{number}-{unit}",
            number=unit,
            title=f"Unit {unit}",
            kind=kind,
            guided_hours=hours,
            scale=scale("unit", "U N P M D"),
        )
        Part.objects.create(qualification=qualification, unit=made, mandatory=mandatory)
    rule = AwardRule.objects.create(
        qualification=qualification, in_force_from=date(2016, 9, 1), total_hours=360, source="points table"
    )
    for grade, points in {"P": 36, "M": 52, "D": 74, "D*": 90}.items():
        Threshold.objects.create(rule=rule, grade=grade, points=points)
    return qualification


def programme(centre: Centre, qualification: Qualification | None = None, *, released: bool = True) -> Programme:
    return Programme.objects.create(
        centre=centre, qualification=qualification or business(), released_at=JUNE if released else None
    )


def learner_on(
    place: Programme,
    *,
    grades: dict[str, str] = GRADES,
    chosen: str = "1 2 3 8",
    name: str = "",
    entered: str = "",
    candidate: str = "",
    registration: str = "",
) -> Registration:
    """A registration with these grades and units; readiness is evaluated. Numbers are made up where none are given."""
    number = next(_numbers)
    learner = Learner.objects.create(
        centre=place.centre,
        candidate_number=candidate or f"{number % 10000:04}",
        family_name=name or f"Learner{number:04}",
        given_name="Sam",
    )
    series = summer()
    made = Registration.objects.create(
        centre=place.centre,
        learner=learner,
        programme=place,
        series=series,
        number=registration or f"R{number:07}",
        registered_on=date(2022, 9, 12),
    )
    units = {part.unit.number: part.unit for part in place.qualification.parts.select_related("unit")}
    UnitChoice.objects.bulk_create([UnitChoice(registration=made, unit=units[unit]) for unit in chosen.split()])
    who = UserFactory()
    for unit, grade in grades.items():
        if units[unit].kind == "internal":
            UnitGrade.objects.create(
                centre=place.centre,
                registration=made,
                unit=units[unit],
                grade=grade,
                uploaded_grade=grade,
                reported_at=JUNE,
                reported_by=who,
            )
        else:
            Result.objects.create(
                centre=place.centre,
                registration=made,
                unit=units[unit],
                series=series,
                release=out(series, place.qualification.level),
                grade=grade,
                issued_at=JUNE,
            )
    for unit in entered.split():
        Entry.objects.create(
            centre=place.centre, registration=made, unit=units[unit], series=series, entered_on=date(2024, 2, 1)
        )
    recompute([made.pk], JUNE)
    return made
