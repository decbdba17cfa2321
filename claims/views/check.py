"""Check and submit: exceptions first, then what is claimed, then the declaration."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from claims.actions import Asked, submit_claims
from claims.forms import CheckForm
from claims.models import Readiness, Submission
from claims.queries.checking import cards, differing, fingerprint
from claims.queries.dates import CLAIM_WORDS, claim_days, days_by_kind, late_kinds, result_dates
from claims.queries.summaries import recent_submissions
from claims.queries.tracker import Selection, counts, selected
from claims.rules.submitting import NOT_GUARANTEED
from deadlines.models import KeyDate
from deadlines.queries import current_series, explain_key_date
from portal import clock
from portal.centres.access import centre_page
from portal.centres.rules import CLAIMS_MAKE
from portal.errors import Refused
from portal.web.actor import Actor
from portal.web.words import listed


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(CLAIMS_MAKE)
def check(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The selection stands in the address, so that submitting, a stale page and going back all mean the same rows."""
    series = current_series(on=clock.london_date(actor.at))
    rows = selected(actor=actor, series=series, selection=Selection.read(request.GET))
    if request.method != "POST":
        form = CheckForm(claims=len(rows), initial={"token": secrets.token_hex(16), "seen": fingerprint(rows)})
        return _page(request, actor, series, rows, form)
    form = CheckForm(request.POST, claims=len(rows))
    if not form.is_valid():
        return _page(request, actor, series, rows, form)
    sent_before = _sent_before(actor, form.cleaned_data["token"])
    if sent_before:
        return redirect("claims:receipt", number=actor.centre.number, reference=sent_before.reference)
    return _submit(request, actor, series, rows, form)


def _sent_before(actor: Actor, token: str) -> Submission | None:
    return Submission.objects.visible_to(actor).filter(token=token).first()


def _submit(request: HttpRequest, actor: Actor, series: Any, rows: list[Readiness], form: CheckForm) -> HttpResponse:
    try:
        if form.cleaned_data["seen"] != fingerprint(rows):
            raise Refused(
                "Something changed after you opened this page, so nothing was sent. "
                "This is the list as it stands now: check it again.",
                code="stale",
            )
        submission = submit_claims(
            centre=actor.centre,
            series=series,
            asked=[Asked(row.pk, row.grade) for row in rows],
            token=form.cleaned_data["token"],
            by=actor.user,
            at=actor.at,
        )
    except Refused as refusal:
        return _again(request, actor, series, refusal)
    return redirect("claims:receipt", number=actor.centre.number, reference=submission.reference)


def _again(request: HttpRequest, actor: Actor, series: Any, refusal: Refused) -> HttpResponse:
    """The page as it stands now, with the sentence on top and the declaration to be made afresh."""
    rows = selected(actor=actor, series=series, selection=Selection.read(request.GET))
    form = CheckForm(claims=len(rows), initial={"token": secrets.token_hex(16), "seen": fingerprint(rows)})
    return _page(request, actor, series, rows, form, refusal=refusal.message, status=409)


def _page(
    request: HttpRequest,
    actor: Actor,
    series: Any,
    rows: list[Readiness],
    form: CheckForm,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    days = days_by_kind(series, {row.kind for row in rows})
    late = late_kinds(days, at=actor.at)
    context = {
        "nav": "claims",
        "series": series,
        "form": form,
        "total": len(rows),
        "differing": differing(rows),
        "cards": cards(rows, result_dates(series), late=late),
        "due": [(what, explain_key_date(key_date=row, as_of=actor.at)) for what, row in claim_days(days).items()],
        "late": _late(days, late),
        **_left(actor, series, rows),
        "back": f"{reverse('claims:tracker', kwargs={'number': actor.centre.number})}?{_address(request)}",
        "without": f"?{_address(request)}{''.join(f'&leave={row.registration.number}' for row in rows if row.notes)}",
        "last": next(iter(recent_submissions(actor=actor, limit=1)), None) if not rows else None,
        "refusal": refusal,
    }
    return render(request, "claims/check.html", context, status=status)


def _late(days: dict[str, KeyDate], late: set[str]) -> str:
    """What lateness means; for which of the claims, where others are in time."""
    if not late:
        return ""
    which = "" if late == set(days) else f"{listed(CLAIM_WORDS[kind] for kind in days if kind in late)}: "
    return which + NOT_GUARANTEED


def _address(request: HttpRequest) -> str:
    """The selection as it stands in the address, for the ways back to it."""
    return request.GET.urlencode()


def _left(actor: Actor, series: Any, rows: list[Readiness]) -> dict[str, int]:
    """Who is not in this claim: blocked, or ready and not chosen."""
    found = counts(actor=actor, series=series)
    return {"blocked": found["blocked"], "unchosen": max(0, found["ready"] - len(rows))}
