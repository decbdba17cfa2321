"""What the rows of a file of learners, or of registrations, would do."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from portal import clock
from portal.catalogue.models import Qualification, Series
from portal.centres.models import Centre
from portal.intake.kinds import CellFault, Change, Planned, Row
from portal.intake.rules import nearest, plain, read_date
from portal.learners import watchers
from portal.learners.models import Learner, Programme, Registration
from portal.learners.rules import complete_uci
from portal.learners.rules.identifiers import (
    Fault,
    candidate_number_fault,
    qualification_number_fault,
    registration_number_fault,
    uci_fault,
    uln_fault,
)
from portal.learners.rules.sheets import (
    AWARD_KEYS,
    LEARNER_COLUMNS,
    REGISTRATION_COLUMNS,
    series_code,
    split_name,
)
from portal.web.words import day_plain

LONGEST_NAME = 80
_OLDEST_BIRTH = date(1900, 1, 1)


class Reader:
    """Reads the cells of one row and gathers what is wrong with them."""

    headings = {column.key: column.heading for column in (*LEARNER_COLUMNS, *REGISTRATION_COLUMNS)}

    def __init__(self, row: Row) -> None:
        self.row = row
        self.faults: list[CellFault] = []

    def cell(self, key: str) -> str:
        return self.row.cells[key]

    def fault(self, key: str, reason: str, fix: str, use: str = "") -> None:
        self.faults.append(CellFault(key, self.headings[key], self.row.cells.get(key, ""), reason, fix, use))

    def checked(self, key: str, value: str, fault: Fault | None) -> str:
        if fault:
            self.fault(key, fault.reason, fault.fix, fault.use)
        return value

    def candidate_number(self) -> str:
        value = self.cell("candidate_number")
        if not value:
            self.fault("candidate_number", "The candidate number is missing.", "Add it, or take the row out.")
            return ""
        return self.checked("candidate_number", value, candidate_number_fault(value))


# --- learners ---


def plan_learners(*, centre: Centre, rows: Sequence[Row], at: datetime) -> list[Planned]:
    """What each row of a file of learners would do. One query. Empty cells leave what is stored as it is."""
    stored = {row.candidate_number: row for row in Learner.objects.filter(centre=centre)}
    ulns = {row.uln: number for number, row in stored.items() if row.uln}
    return [_plan_learner(Reader(row), stored, ulns, clock.london_date(at)) for row in rows]


def _plan_learner(reader: Reader, stored: dict[str, Learner], ulns: dict[str, str], today: date) -> Planned:
    number = reader.candidate_number()
    family, given = _names(reader)
    values = {
        "candidate_number": number,
        "family_name": family,
        "given_name": given,
        "born_on": _born_on(reader, today),
        "uln": _uln(reader, number, ulns),
        "uci": _uci(reader),
    }
    row = stored.get(number)
    return Planned(
        key=number,
        about=f"{number} {family}, {given}",
        is_new=row is None,
        values=values,
        changes=_learner_changes(row, values) if row else [],
        faults=reader.faults,
    )


def _names(reader: Reader) -> tuple[str, str]:
    family, given = reader.cell("family_name"), reader.cell("given_name")
    if reader.cell("name") and not (family and given):
        parts = split_name(reader.cell("name"))
        if parts is None:
            reader.fault("name", "The family name cannot be told from the given name.", "Write it as Okafor, Amara.")
            return "", ""
        family, given = parts
    for key, value in (("family_name", family), ("given_name", given)):
        if not value:
            reader.fault(key, f"The {reader.headings[key].lower()} is missing.", "Add it.")
        elif len(value) > LONGEST_NAME:
            reader.fault(key, f"The name is longer than {LONGEST_NAME} characters.", "Shorten it.")
    return family, given


def _born_on(reader: Reader, today: date) -> str:
    """An ISO date, or "" where there is none."""
    words = reader.cell("born_on")
    if not words:
        return ""
    found = read_date(words)
    if found is None:
        reader.fault("born_on", "This is not a date that we can read.", "Write day, month and year: 09/03/2006.")
        return ""
    if not _OLDEST_BIRTH < found < today:
        reader.fault("born_on", "This cannot be a date of birth.", "Check the year.")
    return found.isoformat()


def _uln(reader: Reader, number: str, ulns: dict[str, str]) -> str:
    """The learner number. One that another candidate has, in the portal or earlier in the file, is a fault."""
    value = reader.cell("uln").replace(" ", "")
    if not value:
        return ""
    fault = uln_fault(value)
    if fault:
        return reader.checked("uln", value, fault)
    holder = ulns.setdefault(value, number)
    if holder != number:
        reader.fault("uln", f"This number belongs to candidate {holder} already.", "Check which of the two is right.")
    return value


def _uci(reader: Reader) -> str:
    value = reader.cell("uci").replace(" ", "").upper()
    if not value:
        return ""
    fault = uci_fault(value)
    return reader.checked("uci", value, fault) if fault else complete_uci(value)


def _learner_changes(row: Learner, values: dict[str, str]) -> list[Change]:
    stored = {
        "family_name": row.family_name,
        "given_name": row.given_name,
        "born_on": row.born_on.isoformat() if row.born_on else "",
        "uln": row.uln,
        "uci": row.uci,
    }
    return [
        Change(Reader.headings[key], _shown(key, old), _shown(key, values[key]))
        for key, old in stored.items()
        if values[key] and values[key] != old
    ]


def _shown(key: str, value: str) -> str:
    return day_plain(date.fromisoformat(value)) if key == "born_on" and value else value


# --- registrations ---


class _Known:
    """What rows of registrations are held against. A fixed number of queries, however many rows."""

    def __init__(self, centre: Centre) -> None:
        self.learners = {row.candidate_number: row for row in Learner.objects.filter(centre=centre)}
        self.programmes = {
            row.qualification_id: row for row in Programme.objects.filter(centre=centre).select_related("qualification")
        }
        self.series = {row.code: row for row in Series.objects.all()}
        self.named = award_names(Qualification.objects.order_by("pk"))
        # The centre's own alone: looking at a file must not tell which numbers other centres have.
        self.registrations = {row.number: row for row in Registration.objects.filter(centre=centre)}
        # Numbers by learner and programme, of the portal and of the rows read so far.
        self.numbers = {(row.learner_id, row.programme_id): row.number for row in self.registrations.values()}
        self.fixed = watchers.objections([row.pk for row in self.registrations.values()])


def award_names(awards: Iterable[Qualification]) -> dict[str, Qualification]:
    """Every way to name a qualification: code, number, title, title and level."""
    names: dict[str, Qualification] = {}
    for award in awards:
        for name in (award.code, award.number, award.title, f"{award.title}, level {award.level}"):
            if name:
                names.setdefault(plain(name), award)
    return names


def plan_registrations(*, centre: Centre, rows: Sequence[Row], at: datetime) -> list[Planned]:
    """What each row of a file of registrations would do. A fixed number of queries, however many rows."""
    known = _Known(centre)
    return [_plan_registration(Reader(row), known, clock.london_date(at)) for row in rows]


def _plan_registration(reader: Reader, known: _Known, today: date) -> Planned:
    learner = _learner(reader, known)
    programme = _programme(reader, known)
    series = named_series(reader, known.series)
    number = _registration_number(reader)
    values = {
        "learner": learner.pk if learner else None,
        "programme": programme.pk if programme else None,
        "series": series.code if series else "",
        "number": number,
        "registered_on": _registered_on(reader, today),
    }
    row = known.registrations.get(number)
    if learner and programme and number:
        _check_number(reader, known, learner, programme, number)
    return Planned(
        key=number or f"row {reader.row.line}",
        about=f"{number}: {learner or reader.cell('candidate_number')}",
        is_new=row is None,
        values=values,
        changes=_series_change(reader, row, series, known) if row and series else [],
        faults=reader.faults,
    )


def _learner(reader: Reader, known: _Known) -> Learner | None:
    number = reader.candidate_number()
    learner = known.learners.get(number)
    if learner is None and not reader.faults:
        reader.fault(
            "candidate_number",
            "No learner of your centre has this candidate number.",
            "Upload the learner first, or check the number.",
        )
    return learner


def _programme(reader: Reader, known: _Known) -> Programme | None:
    award = named_award(reader, known.named)
    if award is None:
        return None
    programme = known.programmes.get(award.pk)
    if programme is None:
        key = next(key for key in AWARD_KEYS if reader.cell(key))
        reader.fault(key, f"Your centre is not approved for {award}.", "Ask us for approval, then upload again.")
    return programme


def named_award(reader: Reader, named: dict[str, Qualification]) -> Qualification | None:
    """The qualification that the row names by title, code or number; every way it uses must name the same one."""
    given = {key: reader.cell(key) for key in AWARD_KEYS if reader.cell(key)}
    if not given:
        reader.fault("qualification", "The qualification is missing.", "Write its code, number or title.")
        return None
    found = {key: named.get(plain(words)) for key, words in given.items()}
    awards = set(found.values()) - {None}
    if len(awards) == 1 and (award := found.get("qualification_code") or found.get("qualification") or awards.pop()):
        return award
    if awards:
        reader.fault(next(iter(given)), "Title, code and number name different qualifications.", "Keep the right one.")
    else:
        _no_award(reader, *next(iter(given.items())), named)
    return None


def _no_award(reader: Reader, key: str, words: str, named: dict[str, Qualification]) -> None:
    near = nearest(words, {award.title for award in named.values()}) if key == "qualification" else ""
    fix = f"Is it “{near}”?" if near else "Write its code, number or title as on your list of programmes."
    fault = qualification_number_fault(words) if key == "qualification_number" else None
    reader.fault(key, fault.reason if fault else "We know no qualification of this name.", fix, near)


def named_series(reader: Reader, series: dict[str, Series]) -> Series | None:
    """The series that the row names; a fault where there is none of that name."""
    found = series.get(series_code(reader.cell("series")))
    if found is None:
        reader.fault("series", "This is not a series that we know.", "Write it as 2024-06 or Summer 2024.")
    return found


def _registration_number(reader: Reader) -> str:
    value = reader.cell("registration_number").upper()
    if not value:
        reader.fault("registration_number", "The registration number is missing.", "Copy it from the confirmation.")
        return ""
    return reader.checked("registration_number", value, registration_number_fault(value))


def _registered_on(reader: Reader, today: date) -> str:
    words = reader.cell("registered_on")
    if not words:
        return ""
    found = read_date(words)
    if found is None or found > today:
        reader.fault("registered_on", "This is not a date in the past that we can read.", "Write 20/09/2022.")
        return ""
    return found.isoformat()


def _check_number(reader: Reader, known: _Known, learner: Learner, programme: Programme, number: str) -> None:
    row = known.registrations.get(number)
    standing = known.numbers.setdefault((learner.pk, programme.pk), number)
    if row is not None and (row.learner_id, row.programme_id) != (learner.pk, programme.pk):
        reader.fault(
            "registration_number", "This number belongs to another learner or qualification.", "Check the number."
        )
    elif standing != number:
        reader.fault(
            "registration_number",
            f"The learner is registered for this qualification already, as {standing}.",
            f"Use {standing}, or take the row out.",
            standing,
        )


def _series_change(reader: Reader, row: Registration, series: Series, known: _Known) -> list[Change]:
    if row.series_id == series.code:
        return []
    if row.pk in known.fixed:
        reader.fault("series", known.fixed[row.pk], "Leave the row out, or undo the claim first.")
    return [Change("Series", known.series[row.series_id].title, series.title)]


def values_of(values: dict[str, Any], key: str) -> date | None:
    """A date that was staged as text."""
    return date.fromisoformat(values[key]) if values[key] else None
