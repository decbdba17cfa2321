"""Claims from a file: looked at, declared, sent, and answered with the same receipt as on the pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from claims.actions.sheets import CLAIMS
from claims.queries.checking import cards, differing
from claims.queries.dates import claim_date, result_dates
from claims.queries.files import submission_of, to_be_claimed
from claims.rules.submitting import LATE_CONSEQUENCE, is_late
from deadlines.queries import current_series
from portal import clock
from portal.centres.access import centre_page
from portal.centres.rules import CLAIMS_MAKE
from portal.intake import views as pages
from portal.intake.models import Upload
from portal.web.actor import Actor


def _claiming(actor: Actor, upload: Upload) -> dict[str, Any]:
    """What the check page would show of the same learners."""
    series = current_series(on=clock.london_date(actor.at))
    rows = to_be_claimed(upload)
    late = is_late(received_at=actor.at, due_on=claim_date(series).on)
    return {
        "cards": cards(rows, result_dates(series)),
        "differing": differing(rows),
        "late": LATE_CONSEQUENCE if late else "",
    }


def _receipt(actor: Actor, upload: Upload) -> str:
    made = submission_of(upload)
    if made is None:
        return ""
    return reverse("claims:receipt", kwargs={"number": actor.centre.number, "reference": made.reference})


PLACE = pages.Place(
    kind=CLAIMS,
    nav="claims",
    room="claims",
    back="claims:tracker",
    back_words="Claims",
    prefix="file",
    template="claims/file.html",
    more=_claiming,
    landing=_receipt,
)


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(CLAIMS_MAKE)
def upload(request: HttpRequest, actor: Actor) -> HttpResponse:
    return pages.upload_page(request, actor, PLACE)


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(CLAIMS_MAKE)
def preview(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    return pages.preview_page(request, actor, PLACE, pk)


@require_safe
@centre_page(CLAIMS_MAKE)
def done(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    return pages.done_page(request, actor, PLACE, pk)


@require_safe
@centre_page(CLAIMS_MAKE)
def refused(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    return pages.refused_file(request, actor, PLACE, pk)
