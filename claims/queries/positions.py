"""Reads everything that decides readiness for many registrations in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from claims.models import Absence, Claim, UnitGrade
from claims.rules import ClaimStatus
from claims.rules.eligibility import Position, Rule, UnitLine
from portal.catalogue.models import AwardRule, ClaimKind, Part
from portal.learners.models import Entry, Registration, Result, UnitChoice


@dataclass(frozen=True)
class Standing:
    """One registration with its position, its rule row, its latest claim and whether it is out this summer."""

    registration: Registration
    rule_id: int
    position: Position
    claim_status: ClaimStatus | None
    absent: bool
    changes: tuple[dict[str, Any], ...]


def standings(registration_ids: Collection[int]) -> list[Standing]:
    """Standings of registrations that can be claimed for, in order of id. Nine queries, however many they are."""
    registrations = list(
        Registration.objects.filter(pk__in=registration_ids)
        .exclude(programme__qualification__claim_kind=ClaimKind.NONE)
        .select_related("learner", "programme__qualification", "series")
        .order_by("pk")
    )
    inputs = _Inputs(registrations)
    return [inputs.standing(registration) for registration in registrations]


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.registration_id].append(row)
    return groups


class _Inputs:
    """Everything about a batch of registrations, read at once."""

    def __init__(self, registrations: list[Registration]) -> None:
        ids = [registration.pk for registration in registrations]
        qualifications = {registration.programme.qualification_id for registration in registrations}
        self.parts = self._parts(qualifications)
        self.rules = {
            rule.qualification_id: rule
            for rule in AwardRule.objects.filter(qualification__in=qualifications)
            .order_by("in_force_from")
            .prefetch_related("thresholds")
        }
        self.choices = _grouped(UnitChoice.objects.filter(registration__in=ids))
        self.grades = _grouped(UnitGrade.objects.filter(registration__in=ids))
        self.results = _grouped(Result.objects.counted().filter(registration__in=ids).order_by("issued_at", "pk"))
        self.entries = _grouped(Entry.objects.filter(registration__in=ids))
        self.claims = _grouped(Claim.objects.filter(registration__in=ids).order_by("pk"))
        self.absent = set(
            Absence.objects.filter(registration__in=ids, undone_at=None).values_list("registration_id", flat=True)
        )

    @staticmethod
    def _parts(qualifications: Collection[int]) -> dict[int, list[Part]]:
        parts: dict[int, list[Part]] = defaultdict(list)
        for part in Part.objects.filter(qualification__in=qualifications).select_related("unit").order_by("pk"):
            parts[part.qualification_id].append(part)
        return parts

    def standing(self, registration: Registration) -> Standing:
        claims = [claim for claim in self.claims[registration.pk] if claim.status != ClaimStatus.UNDONE.value]
        last = claims[-1] if claims else None
        rule = self.rules[registration.programme.qualification_id]
        refused = last is not None and last.status == ClaimStatus.REFUSED.value and last.put_right_at is None
        programme = registration.programme
        return Standing(
            registration=registration,
            rule_id=rule.pk,
            position=Position(
                claim_kind=programme.qualification.claim_kind,
                rule=Rule(
                    total_hours=rule.total_hours,
                    pass_hours=rule.pass_hours,
                    thresholds={row.grade: row.points for row in rule.thresholds.all()},
                    source=rule.source,
                ),
                lines=self._lines(registration),
                released=not programme.needs_release or programme.released_at is not None,
                refusal=last.reason if refused and last else "",
            ),
            claim_status=ClaimStatus(last.status) if last else None,
            absent=registration.pk in self.absent,
            changes=self._changes(registration),
        )

    def _lines(self, registration: Registration) -> tuple[UnitLine, ...]:
        chosen = {choice.unit_id for choice in self.choices[registration.pk]}
        reported = {grade.unit_id: grade for grade in self.grades[registration.pk]}
        issued = {result.unit_id: result for result in self.results[registration.pk]}
        entered = {
            entry.unit_id for entry in self.entries[registration.pk] if entry.series_id == registration.series_id
        }
        return tuple(
            self._line(part, part.unit_id in chosen, reported, issued, part.unit_id in entered)
            for part in self.parts[registration.programme.qualification_id]
        )

    @staticmethod
    def _line(
        part: Part, chosen: bool, reported: dict[int, UnitGrade], issued: dict[int, Result], entered: bool
    ) -> UnitLine:
        grade = reported.get(part.unit_id) or issued.get(part.unit_id)
        return UnitLine(
            number=part.unit.number,
            title=part.unit.title,
            kind=part.unit.kind,
            guided_hours=part.unit.guided_hours,
            mandatory=part.mandatory,
            terminal=part.terminal,
            chosen=chosen,
            grade=grade.grade if grade else "",
            uploaded_grade=getattr(grade, "uploaded_grade", ""),
            entered=entered,
        )

    def _changes(self, registration: Registration) -> tuple[dict[str, Any], ...]:
        """Unit grades that were changed by hand after the last upload."""
        numbers = {part.unit_id: part.unit.number for part in self.parts[registration.programme.qualification_id]}
        return tuple(
            {
                "unit": numbers.get(grade.unit_id, ""),
                "was": grade.uploaded_grade,
                "now": grade.grade,
                "at": grade.reported_at.isoformat(),
            }
            for grade in self.grades[registration.pk]
            if grade.uploaded_grade and grade.uploaded_grade != grade.grade
        )
