"""Learners of a centre: saved in bulk, corrected one by one."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction

from portal import clock
from portal.audit import actions as audit
from portal.centres.models import Centre
from portal.errors import Refused, Stale
from portal.learners import watchers
from portal.learners.models import Learner, Registration
from portal.learners.rules import check_candidate_number, check_uci, check_uln, complete_uci

FIELD_WORDS = {
    "family_name": "family name",
    "given_name": "given name",
    "born_on": "date of birth",
    "uln": "unique learner number",
    "uci": "unique candidate identifier",
}


@dataclass(frozen=True)
class LearnerLine:
    """What a centre says about one learner. Empty optional values leave what is stored as it is."""

    candidate_number: str
    family_name: str
    given_name: str
    born_on: date | None = None
    uln: str = ""
    uci: str = ""


@dataclass(frozen=True)
class Saved:
    """How many rows were written."""

    new: int
    changed: int


@transaction.atomic
def save_learners(*, centre: Centre, lines: Sequence[LearnerLine], by: Any, at: datetime, subject: Any = None) -> Saved:
    """Add or update learners of a centre by candidate number. Set-based; lines that say nothing new write nothing.

    `subject` is the row the audit entry is about, such as the upload; the centre where there is none.
    Raises Refused for a line that breaks an identifier's rule or takes another learner's ULN.
    """
    for line in lines:
        check_line(line, at=at)
    stored = {row.candidate_number: row for row in Learner.objects.select_for_update().filter(centre=centre)}
    _check_ulns(stored, lines)
    new = [_new(centre, line) for line in lines if line.candidate_number not in stored]
    changed = [row for line in lines if (row := stored.get(line.candidate_number)) and _apply(row, line)]
    Learner.objects.bulk_create(new, batch_size=500)
    Learner.objects.bulk_update(changed, [*FIELD_WORDS, "version"], batch_size=500)
    if new or changed:
        _tell(changed, at)
        data = {"new": len(new), "changed": len(changed)}
        audit.record(verb="learners.saved", by=by, at=at, subject=subject or centre, centre=centre, data=data)
    return Saved(len(new), len(changed))


@transaction.atomic
def correct_learner(*, learner: Learner, line: LearnerLine, version: int, by: Any, at: datetime) -> bool:
    """Correct one learner's record; here an empty optional value empties the stored one. Returns whether it changed.

    `version` is the one the page was made from; an older one raises Stale with both texts.
    """
    check_line(line, at=at)
    row = Learner.objects.select_for_update().get(pk=learner.pk)
    if row.version != version:
        raise Stale(
            "Somebody changed this learner while you had the page open. Nothing was saved.",
            theirs=f"{row}",
            yours=f"{line.family_name}, {line.given_name}",
        )
    _check_uln_free(row, line.uln)
    differing = [name for name in FIELD_WORDS if getattr(row, name) != _said(line, name)]
    for name in differing:
        setattr(row, name, _said(line, name))
    if differing:
        row.version += 1
        row.save(update_fields=[*differing, "version"])
        _tell([row], at)
        words = ", ".join(FIELD_WORDS[name] for name in differing)
        audit.record(
            verb="learners.corrected", by=by, at=at, subject=row, centre=row.centre, data={"fields": words[:80]}
        )
    return bool(differing)


def check_line(line: LearnerLine, *, at: datetime) -> None:
    """Refuse a line that no learner can have."""
    check_candidate_number(line.candidate_number)
    if not line.family_name.strip() or not line.given_name.strip():
        raise Refused("A learner needs a family name and a given name.", code="invalid", field="family_name")
    if line.born_on and line.born_on >= clock.london_date(at):
        raise Refused("The date of birth is in the future.", code="invalid", field="born_on")
    if line.uln:
        check_uln(line.uln)
    if line.uci:
        check_uci(line.uci)


def _check_ulns(stored: dict[str, Learner], lines: Sequence[LearnerLine]) -> None:
    taken = {row.uln: number for number, row in stored.items() if row.uln}
    for line in lines:
        if line.uln and taken.setdefault(line.uln, line.candidate_number) != line.candidate_number:
            raise Refused(
                f"The unique learner number {line.uln} belongs to candidate {taken[line.uln]} already.",
                code="taken",
                field="uln",
            )


def _check_uln_free(row: Learner, uln: str) -> None:
    other = Learner.objects.filter(centre=row.centre_id, uln=uln).exclude(pk=row.pk).first() if uln else None
    if other:
        raise Refused(
            f"The unique learner number {uln} belongs to candidate {other.candidate_number} already.",
            code="taken",
            field="uln",
        )


def _new(centre: Centre, line: LearnerLine) -> Learner:
    said = {field.name: _said(line, field.name) for field in fields(line)}
    return Learner(centre=centre, **said)


def _apply(row: Learner, line: LearnerLine) -> bool:
    """Put what the line says onto the row; say whether that changed anything."""
    said = {name: _said(line, name) for name in FIELD_WORDS}
    differing = {name: value for name, value in said.items() if value and getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    row.version += bool(differing)
    return bool(differing)


def _said(line: LearnerLine, name: str) -> Any:
    value = getattr(line, name)
    return complete_uci(value) if name == "uci" and value else value


def _tell(learners: Sequence[Learner], at: datetime) -> None:
    ids = list(Registration.objects.filter(learner__in=[row.pk for row in learners]).values_list("pk", flat=True))
    if ids:
        watchers.changed(ids, at=at)
