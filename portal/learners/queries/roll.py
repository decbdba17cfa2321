"""Whom a row of a file is about: registrations of a centre by their number, or by candidate and qualification."""

from collections import defaultdict

from portal.centres.models import Centre
from portal.learners.models import Registration
from portal.learners.queries.sheets import Reader, award_names, named_award
from portal.learners.rules.sheets import AWARD_KEYS


class Roll:
    """Every registration of a centre, in one query."""

    def __init__(self, centre: Centre) -> None:
        rows = Registration.objects.filter(centre=centre).select_related("learner", "programme__qualification")
        self.by_candidate: dict[str, list[Registration]] = defaultdict(list)
        self.by_number: dict[str, Registration] = {}
        for row in rows:
            self.by_candidate[row.learner.candidate_number].append(row)
            self.by_number[row.number] = row
        awards = {row.programme.qualification_id: row.programme.qualification for row in self.by_number.values()}
        self.awards = award_names(awards.values())


def registrations(reader: Reader, known: Roll) -> list[Registration]:
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
                f"This number belongs to candidate {row.learner.candidate_number}.",
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


def _same_candidate(reader: Reader, row: Registration) -> bool:
    said = reader.cell("candidate_number")
    return not said or said.zfill(4) == row.learner.candidate_number


def _narrowed(reader: Reader, known: Roll, rows: list[Registration]) -> list[Registration]:
    """Only the registrations for the qualification that the row names, if it names one."""
    if not rows or not any(reader.cell(key) for key in AWARD_KEYS):
        return rows
    award = named_award(reader, known.awards)
    if award is None:
        return []
    found = [row for row in rows if row.programme.qualification_id == award.pk]
    if not found:
        key = next(key for key in AWARD_KEYS if reader.cell(key))
        reader.fault(key, f"The learner is not registered for {award}.", "Check the qualification.")
    return found
