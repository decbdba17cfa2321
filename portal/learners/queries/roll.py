"""Whom a row of a file is about: registrations of a centre by their number, or by candidate and qualification."""

from collections import defaultdict
from typing import NamedTuple

from portal.catalogue.models import Qualification
from portal.centres.models import Centre
from portal.learners.models import Registration
from portal.learners.queries.sheets import Reader, award_names, named_award
from portal.learners.rules.sheets import AWARD_KEYS


class Registered(NamedTuple):
    """What a row needs of a registration: a centre has thousands, and whole objects of them cost many times as much."""

    pk: int
    number: str
    series: str
    candidate_number: str
    family_name: str
    given_name: str
    qualification: int

    @property
    def learner(self) -> str:
        return f"{self.family_name}, {self.given_name}"


_FIELDS = (
    "pk",
    "number",
    "series_id",
    "learner__candidate_number",
    "learner__family_name",
    "learner__given_name",
    "programme__qualification_id",
)


class Roll:
    """Every registration of a centre, and their qualifications. Two queries."""

    def __init__(self, centre: Centre) -> None:
        self.by_candidate: dict[str, list[Registered]] = defaultdict(list)
        self.by_number: dict[str, Registered] = {}
        for row in map(Registered._make, Registration.objects.filter(centre=centre).values_list(*_FIELDS)):
            self.by_candidate[row.candidate_number].append(row)
            self.by_number[row.number] = row
        ids = {row.qualification for row in self.by_number.values()}
        self.awards = {award.pk: award for award in Qualification.objects.filter(pk__in=ids).order_by("pk")}
        self.names = award_names(self.awards.values())


def registrations(reader: Reader, known: Roll) -> list[Registered]:
    """The registrations that a row may mean: none with a fault, or more than one where it does not say which."""
    number = reader.cell("registration_number").upper()
    if number:
        row = known.by_number.get(number)
        if row is None:
            reader.fault(
                "registration_number", "Your centre has no registration with this number.", "Check the number."
            )
        elif not _same_candidate(reader, row):
            reader.fault(
                "registration_number",
                f"This number belongs to candidate {row.candidate_number}.",
                "Check which of the two is right.",
            )
        return _narrowed(reader, known, [row] if row and not reader.faults else [])
    candidate = reader.candidate_number()
    if reader.faults:
        return []
    rows = known.by_candidate.get(candidate, [])
    if not rows:
        reader.fault(
            "candidate_number",
            "No registered learner of your centre has this candidate number.",
            "Upload the registration first, or check the number.",
        )
    return _narrowed(reader, known, rows)


def _same_candidate(reader: Reader, row: Registered) -> bool:
    said = reader.cell("candidate_number")
    return not said or said.zfill(4) == row.candidate_number


def _narrowed(reader: Reader, known: Roll, rows: list[Registered]) -> list[Registered]:
    """Only the registrations for the qualification that the row names, if it names one."""
    key = next((key for key in AWARD_KEYS if reader.cell(key)), "") if rows else ""
    if not key:
        return rows
    award = named_award(reader, known.names)
    if award is None:
        return []
    found = [row for row in rows if row.qualification == award.pk]
    if not found:
        reader.fault(key, f"The learner is not registered for {award}.", "Check the qualification.")
    return found
