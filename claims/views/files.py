"""Files of unit grades, and of claims, which end in the same receipt as on the pages."""

from typing import Any

from django.urls import reverse

from claims.actions.sheets import CLAIMS, KIND
from claims.queries.checking import cards, differing
from claims.queries.dates import days_among, late_kinds, results_among
from claims.queries.files import submission_of, to_be_claimed
from claims.rules.submitting import LATE_CONSEQUENCE
from deadlines.queries import current_dates
from portal import clock
from portal.intake.models import Upload
from portal.intake.views import Place
from portal.web.actor import Actor


def _claiming(actor: Actor, upload: Upload) -> dict[str, Any]:
    """What the check page would show of the same learners."""
    _, dates = current_dates(on=clock.london_date(actor.at))
    rows = to_be_claimed(upload)
    late = late_kinds(days_among(dates, {row.kind for row in rows}), at=actor.at)
    return {
        "cards": cards(rows, results_among(dates), late=late),
        "differing": differing(rows),
        "late": LATE_CONSEQUENCE if late else "",
    }


def _receipt(actor: Actor, upload: Upload) -> str:
    made = submission_of(upload)
    if made is None:
        return ""
    return reverse("claims:receipt", kwargs={"number": actor.centre.number, "reference": made.reference})


UNIT_GRADES = Place(kind=KIND, nav="claims", back="claims:tracker", back_words="Claims")
CLAIM_FILE = Place(
    kind=CLAIMS,
    nav="claims",
    back="claims:tracker",
    back_words="Claims",
    template="claims/file.html",
    more=_claiming,
    landing=_receipt,
)
