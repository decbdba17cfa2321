"""P3: a centre's file of claims with faulty rows: read, previewed and committed, with its audit row and receipts."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import connection

from claims.actions.sheets import CLAIMS
from claims.models import Claim, Readiness, Submission
from claims.rules.words import grade_words
from portal.accounts.models import User
from portal.centres.models import Centre
from portal.intake.actions import commit_upload, receive
from portal.intake.models import Outcome, StagedRow, Upload
from tests.bench.figures import Figure, Section, Target, Workload, absent, figure
from tests.bench.national import SERIES, file_centre
from tests.bench.rounds import Answer, Side, alternate
from tests.bench.rows import backend, settled, taken_back
from tests.bench.sizes import Size

AT = datetime(2024, 7, 5, 9, 0, tzinfo=UTC)
SUBJECT, COPY = "file of claims, previewed and committed", "COPY of the claims it makes"
ROW, BULK = "django-import-export, row by row", "django-import-export, in bulk"
_COPIED = ("submission_id", "centre_id", "registration_id", "series_id", "kind", "grade", "points", "claimed_grade")
_COPIED += ("claimed_name", "claimed_number", "due_on", "late", "status", "reason", "put_right")
_TABLES = ("claims_claim", "claims_submission", "claims_readiness", "intake_stagedrow", "intake_upload")
_TABLES += ("notices_notice", "audit_entry", "learners_registration")
_TARGETS = {
    COPY: Target(must=2.5, moonshot=1.5, at_least=False),
    ROW: Target(must=25, moonshot=50),
    BULK: Target(),
}


@dataclass(frozen=True)
class File:
    """The file, and its first rows for references that would take minutes for all of it."""

    centre: Centre
    officer: User
    lines: list[list[str]]
    sample: int

    def text(self, rows: int | None = None) -> str:
        """The headings and so many rows as CSV; all without a number."""
        out = io.StringIO()
        csv.writer(out).writerows([["Registration number", "Grade"], *self.lines[:rows]])
        return out.getvalue()


def the_file(size: Size) -> File:
    """Every learner of the largest centre: one row in fifty is blocked, one in a hundred unknown, one misgraded."""
    centre = file_centre(size)
    standing = Readiness.objects.filter(centre=centre).order_by("registration")
    rows = standing.values_list("registration__number", "grade", "state")
    lines = [_line(place, *row) for place, row in enumerate(rows)]
    officer = User.objects.get(memberships__centre=centre, memberships__role="officer")
    return File(centre, officer, lines, min(size.sample, len(lines)))


def _line(place: int, number: str, grade: str, state: str) -> list[str]:
    if place % 100 == 37:
        return [f"X{number}", ""]
    if place % 100 == 73:
        return [number, "Near pass"]
    return [number, grade_words(grade) if state == "ready" else ""]


def run(size: Size) -> Section:
    file = the_file(size)
    sides = [_subject(file)]
    missing: dict[str, str] = {}
    if connection.vendor == "postgresql":
        sides.append(_copy(file))
    else:
        missing[COPY] = "COPY needs PostgreSQL"
    try:
        from tests.bench.others.import_export_claims import load
    except ImportError:
        missing |= dict.fromkeys((ROW, BULK), "django-import-export is not installed")
    else:
        sides += [_loaded(ROW, file, partial(load, bulk=False)), _loaded(BULK, file, partial(load, bulk=True))]
    measured = alternate(sides, rounds=size.rounds)
    return Section(
        code="P3",
        title=WORKLOAD.title,
        compared=(
            f"A file of {size.file_rows:,} claims of one centre, four in a hundred of them faulty. The portal reads "
            "it, stages every row with its preview, plans again under lock, makes the claims, marks every learner "
            "claimed and writes receipts and an audit row. COPY puts the finished claims into the same table "
            f"with its indexes and keys; django-import-export makes the claims alone, of the first {file.sample:,} "
            "rows, scaled. Every side ends with its keys checked and is rolled back."
        ),
        bound=(
            "Half is Python: each row is planned twice, once for the preview and once under lock, and each time every "
            "registration of the centre is read with its readiness. Half is the database: the claims with their keys "
            "as in COPY, the state of every learner in all indexes of the tracker, the staged rows."
        ),
        figures=tuple(_figures(measured, missing)),
        answers=tuple(measured.answers.items()),
    )


def _figures(measured: Any, missing: dict[str, str]) -> Iterator[Figure]:
    for name, target in _TARGETS.items():
        if name in missing:
            yield absent(subject=SUBJECT, reference=name, target=target, why=missing[name])
        else:
            yield figure(measured, subject=SUBJECT, reference=name, target=target)


def _subject(file: File) -> Side:
    content = file.text().encode()

    def work() -> Upload:
        upload = receive(
            centre=file.centre, kind=CLAIMS, filename="claims.csv", content=content, by=file.officer, at=AT
        )
        commit_upload(upload=upload, good_rows_only=True, by=file.officer, at=AT)
        settled()
        return upload

    def answers(upload: Upload) -> dict[str, Answer]:
        refused = StagedRow.objects.filter(upload=upload, outcome=Outcome.REFUSED).order_by("line")
        lines = list(refused.values_list("line", flat=True))
        return {**_claims(file), **_refused(lines), **_sample(file, lines)}

    return Side(SUBJECT, work, answers, around=partial(taken_back, *_TABLES), pids=backend)


def _claims(file: File) -> dict[str, Answer]:
    rows = Claim.objects.filter(centre=file.centre).order_by("registration")
    return {"claims made": Answer.of(rows.values_list("registration__number", "grade", "late"))}


def _refused(lines: list[int]) -> dict[str, Answer]:
    return {"rows refused": Answer.of(lines)}


def _sample(file: File, lines: list[int]) -> dict[str, Answer]:
    """Of the first rows: what was claimed, and what was refused."""
    numbers = {line[0] for line in file.lines[: file.sample]}
    rows = Claim.objects.filter(centre=file.centre).order_by("registration")
    made = [row for row in rows.values_list("registration__number", "grade", "late") if row[0] in numbers]
    return {
        "claims made of the first rows": Answer.of(made),
        "first rows refused": Answer.of(line for line in lines if line <= file.sample + 1),
    }


def _submission(file: File) -> Submission:
    return Submission.objects.create(
        reference="BENCH-P3",
        centre=file.centre,
        series_id=SERIES,
        by=file.officer,
        received_at=AT,
        token="bench-p3",
        undo_until=AT,
    )


@contextmanager
def _with_submission(file: File) -> Iterator[None]:
    with taken_back(*_TABLES):
        _submission(file)
        yield


def _loaded(name: str, file: File, load: Callable[..., list[int]]) -> Side:
    text = file.text(file.sample)

    def work() -> list[int]:
        refused = load(submission=Submission.objects.get(token="bench-p3"), text=text)
        settled()
        return refused

    share = file.sample / len(file.lines)
    around = partial(_with_submission, file)
    return Side(name, work, partial(_sample, file), around=around, pids=backend, share=share)


def _copy(file: File) -> Side:
    """The rows that the subject makes, as text, ready to be copied."""
    with taken_back(*_TABLES):
        _subject(file).run()
        claims = list(Claim.objects.filter(centre=file.centre).values_list(*_COPIED[1:]))

    def work() -> None:
        submission = Submission.objects.get(token="bench-p3").pk
        out = io.StringIO()
        csv.writer(out).writerows([(submission, *claim) for claim in claims])
        out.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(
                f"COPY claims_claim ({', '.join(_COPIED)}) FROM STDIN"
                " WITH (FORMAT csv, FORCE_NOT_NULL (grade, claimed_grade, reason, put_right))",
                out,
            )
        settled()

    around = partial(_with_submission, file)
    return Side(COPY, work, lambda _: _claims(file), around=around, pids=backend)


WORKLOAD = Workload("P3", "A file of claims with faulty rows", run)
