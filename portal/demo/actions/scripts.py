"""Scripts of the demonstration: one paper that can be downloaded, and what its learners agreed to."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from portal.accounts.models import User
from portal.centres.models import Centre
from portal.consent.actions import record_paper
from portal.consent.rules import Purpose
from portal.demo.actions.days import instant
from portal.demo.actions.people import officer_of
from portal.demo.actions.results import STAFF
from portal.demo.rules import paper
from portal.files.rules import pdf
from portal.learners.models import Paper, Result
from postresults.actions import keep_script

UNIT, SERIES = "FIR-BUS-2", "2024-05"
KEPT = instant(date(2024, 6, 11), time(9, 30))
SIGNED = instant(date(2024, 6, 24), time(13, 20))
# So many scripts are here; so many of their learners agreed that the centre looks at them.
SCANNED = 10
AGREED = 6
# For lessons: with the name, and without it.
NAMED, UNNAMED = 2, 3


def keep_scripts(*, centre: Centre) -> None:
    """Two copies of each script, with and without name, and the learners' signed papers in the officer's drawer."""
    staff = User.objects.get(email=STAFF)
    rows = Result.objects.filter(centre=centre, unit__code=UNIT, series=SERIES, mark__isnull=False)
    results = list(rows.select_related("registration__learner", "unit", "series", "centre").order_by("-mark", "pk"))
    highest = Paper.objects.get(unit__code=UNIT, series=SERIES).max_mark
    for result in results[:SCANNED]:
        for anonymous in (False, True):
            content = pdf.render(template="script", data=_data(result, highest, anonymous))
            keep_script(result=result, content=content, anonymous=anonymous, by=staff, at=KEPT)
    _agree(results, officer_of(centre))


def _data(result: Result, highest: int, anonymous: bool) -> dict[str, Any]:
    learner = result.registration.learner
    return paper(
        mark=result.mark or 0,
        highest=highest,
        title=str(result.unit),
        series=result.series.title,
        centre=(result.centre.name, result.centre.number),
        candidate=None if anonymous else (str(learner), learner.candidate_number),
    )


def _agree(results: Sequence[Result], officer: User) -> None:
    said: dict[str, Any] = {"held_by": officer.name, "signed_on": SIGNED.date(), "by": officer, "at": SIGNED}
    for row in results[:AGREED]:
        record_paper(learner=row.registration.learner, papers=[row], purpose=Purpose.SCRIPTS, **said)
    for turn, row in enumerate(results[: NAMED + UNNAMED]):
        record_paper(
            learner=row.registration.learner, papers=[row], purpose=Purpose.TEACHING, named=turn < NAMED, **said
        )
