"""What the rows of a file of claims would do, and what they would claim."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from claims.models import Readiness, Submission
from claims.rules import State
from claims.rules.files import CLAIM_COLUMNS
from claims.rules.sheets import GradeName, read_grade
from claims.rules.words import FIXES, WITH_RESULTS, grade_words
from deadlines.queries import current_series
from portal import clock
from portal.catalogue.models import Grade, Series
from portal.centres.models import Centre
from portal.intake.kinds import Planned, Row
from portal.intake.models import Outcome, StagedRow, Upload
from portal.learners.queries.roll import Registered, Roll, registrations
from portal.learners.queries.sheets import Reader

_MADE = (State.CLAIMED.value, State.ISSUED.value)


class _ClaimReader(Reader):
    headings = {column.key: column.heading for column in CLAIM_COLUMNS}


class _Standing(NamedTuple):
    """What a row needs of where a learner stands."""

    registration_id: int
    state: str
    grade: str
    reasons: list[dict[str, Any]]
    candidate_number: str
    learner_name: str
    programme_title: str


class _Known(Roll):
    """What rows of claims are held against. Five queries, however many rows."""

    def __init__(self, centre: Centre, series: Series) -> None:
        super().__init__(centre)
        self.series = series
        rows = Readiness.objects.filter(centre=centre, series=series).values_list(*_Standing._fields)
        self.standing = {row.registration_id: row for row in map(_Standing._make, rows)}
        self.scales: dict[str, list[GradeName]] = {}
        for grade in Grade.objects.order_by("rank"):
            self.scales.setdefault(grade.scale_id, []).append(GradeName(grade.code, grade.label))


def plan_claims(*, centre: Centre, rows: Sequence[Row], at: datetime) -> list[Planned]:
    """Ready learners are new, claimed ones unchanged, all others refused with the reason that the tracker gives."""
    known = _Known(centre, current_series(on=clock.london_date(at)))
    return [_plan(_ClaimReader(row), known) for row in rows]


def _plan(reader: Reader, known: _Known) -> Planned:
    registration = _registration(reader, known)
    if registration is None:
        return Planned(about=reader.cell("candidate_number"), faults=reader.faults)
    standing = known.standing[registration.pk]
    _check_state(reader, standing)
    _check_grade(reader, known, registration, standing)
    return Planned(
        key=str(registration.pk),
        about=f"{standing.candidate_number} {standing.learner_name}: {standing.programme_title}",
        is_new=standing.state not in _MADE,
        values={
            "registration": registration.pk,
            "grade": standing.grade,
            "claim": standing.state not in _MADE,
        },
        faults=reader.faults,
    )


def _registration(reader: Reader, known: _Known) -> Registered | None:
    """The one registration that the row is about and that completes in this series."""
    rows = registrations(reader, known)
    here = [row for row in rows if row.pk in known.standing]
    if len(here) == 1:
        return here[0]
    key = "registration_number" if reader.cell("registration_number") else "candidate_number"
    if here:
        reader.fault(
            key, "The learner is on more than one programme.", "Add a column “Qualification” that says which to claim."
        )
    elif rows:
        reader.fault(
            key,
            f"The learner has no award to claim in {known.series.title}.",
            "Check the series of the registration, or take this row out.",
        )
    return None


def _check_state(reader: Reader, standing: _Standing) -> None:
    key = "registration_number" if reader.cell("registration_number") else "candidate_number"
    if standing.state == State.ABSENT.value:
        reader.fault(
            key,
            "The learner is marked “not this summer”.",
            "Undo that on the learner’s claims page first, or take this row out.",
        )
    for reason in standing.reasons if standing.state == State.BLOCKED.value else []:
        fix = FIXES[reason["code"]].format(**reason)
        reader.fault(key, f"{reason['message']}.", f"{fix}, then upload the row again.")


def _check_grade(reader: Reader, known: _Known, registration: Registered, standing: _Standing) -> None:
    """A grade in the file must be ours: the claim carries what the unit grades come to, never what a file says."""
    words = reader.cell("grade")
    if not words or words.casefold() == grade_words(standing.grade).casefold() or standing.state == State.BLOCKED.value:
        return
    scale = known.scales[known.awards[registration.qualification].scale_id]
    code = read_grade(words, scale)
    if not standing.grade:
        reader.fault("grade", f"{WITH_RESULTS}: the grade is not known before then.", "Leave the cell empty.")
    elif code != standing.grade:
        said = grade_words(code) if code else words
        reader.fault(
            "grade",
            f"We work out {grade_words(standing.grade)}, your file says {said}.",
            "Check the unit grades, or take the grade out of this row.",
        )


def to_be_claimed(upload: Upload) -> list[Readiness]:
    """Where the learners stand for whom a file would claim. Two queries."""
    values = StagedRow.objects.filter(upload=upload, outcome=Outcome.NEW).values_list("values", flat=True)
    ids = [value["registration"] for value in values]
    return list(Readiness.objects.filter(centre=upload.centre_id, registration__any_of=ids))


def token_of(upload: Upload) -> str:
    """Names the submission that a file makes, so that the file makes one and no more."""
    return f"upload-{upload.pk}-{upload.digest[:32]}"


def submission_of(upload: Upload) -> Submission | None:
    """What a committed file of claims has sent; None where nobody was left to claim for."""
    return Submission.objects.filter(centre=upload.centre_id, token=token_of(upload)).first()


def file_of(submission: Submission) -> Upload | None:
    """The file that made a submission; None where it was made on the pages."""
    found = re.fullmatch(r"upload-(\d{1,18})-[0-9a-f]*", submission.token)
    upload = Upload.objects.filter(pk=found[1], centre=submission.centre_id).first() if found else None
    return upload if upload and token_of(upload) == submission.token else None
