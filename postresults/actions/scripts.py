"""Scripts are kept encrypted, and handed out one audited download at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.centres.models import Centre
from portal.clock import london_date
from portal.consent.actions import set_retention
from portal.errors import Refused
from portal.files.actions import store_form
from portal.learners.models import Result
from postresults.actions.locks import lock_results
from postresults.models import Script
from postresults.queries.scripts import Copy, script_lines
from postresults.rules.scripts import Use, file_name, numbered


@dataclass(frozen=True)
class Taken:
    """A copy that was handed out, and the name it is saved under."""

    script: Script
    name: str


@transaction.atomic
def keep_script(*, result: Result, content: bytes, anonymous: bool, by: Any, at: datetime) -> Script:
    """Keep a marked paper (PDF or image, 5 MB at most) encrypted. `anonymous`: no name and no number stand on it."""
    name = file_name(unit=result.unit.code, series=result.series_id, candidate="")
    file = store_form(centre=result.centre, purpose="script", name=name, content=content, by=by, at=at)
    made = Script.objects.create(centre=result.centre, result=result, anonymous=anonymous, file=file, at=at)
    data = {"anonymous": anonymous}
    audit.record(verb="postresults.script_kept", by=by, at=at, subject=made, centre=result.centre, data=data)
    return made


def take_script(*, result: Result, use: Use, by: Any, at: datetime) -> Taken:
    """Hand out one script. Refused with the reason: outside the window, without consent, T Levels, not scanned."""
    taken, refused = _take([result.pk], result.centre, use, by=by, at=at)
    if refused:
        raise Refused(refused[0].reason, code="script")
    return taken[0]


def take_scripts(*, results: Sequence[Result], use: Use, by: Any, at: datetime) -> list[Taken]:
    """Hand out every script of a component that may be, whatever keeps the others back. Refused when none may be."""
    taken, refused = _take([row.pk for row in results], results[0].centre, use, by=by, at=at)
    if not taken:
        raise Refused(refused[0].reason, code="script")
    return taken


@transaction.atomic
def _take(ids: Collection[int], centre: Centre, use: Use, *, by: Any, at: datetime) -> tuple[list[Taken], list[Copy]]:
    """Consents are held while they are read, so that a withdrawal comes before the download or after it.

    Each consent that a download rests on is kept for as long as one that a request rests on.
    """
    lines = script_lines(results=lock_results(ids, centre=centre), at=at)
    copies = [(line.result, line.copy(use)) for line in lines]
    allowed = [(row, copy) for row, copy in copies if copy.script]
    kept = {copy.consent.pk for _, copy in allowed if copy.consent and copy.consent.used_at is None}
    set_retention(consents=kept, last_outcome_on=london_date(at))
    audit.record_many(
        audit.Act("postresults.script_taken", by, at, copy.script, centre, {"use": use.value}) for _, copy in allowed
    )
    return _named(allowed), [copy for _, copy in copies if not copy.script]


def _named(allowed: Sequence[tuple[Result, Copy]]) -> list[Taken]:
    """Copies with a name under the candidate's number; those without numbered by what is in them, so by nobody."""
    open_copies = [(row, copy.script) for row, copy in allowed if copy.script and copy.named]
    hidden = [(row, copy.script) for row, copy in allowed if copy.script and not copy.named]
    taken = [Taken(script, _name(row, row.registration.learner.candidate_number)) for row, script in open_copies]
    digests = dict(Script.objects.filter(pk__in=[one.pk for _, one in hidden]).values_list("pk", "file__digest"))
    hidden.sort(key=lambda each: (digests[each[1].pk], each[1].pk))
    return taken + [Taken(one, _name(row, numbered(number))) for number, (row, one) in enumerate(hidden, start=1)]


def _name(row: Result, candidate: str) -> str:
    return file_name(unit=row.unit.code, series=row.series_id, candidate=candidate)
