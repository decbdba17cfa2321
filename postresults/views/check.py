"""The last steps of a new request: whose consent is missing, and check and submit."""

import secrets
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.centres.access import centre_page
from portal.centres.rules import REQUESTS_MAKE
from portal.consent.rules import Purpose
from portal.errors import Refused
from portal.learners.models import Learner, Result
from portal.web.actor import Actor
from portal.web.words import count
from postresults.actions import ask_learners, raise_concern, submit_requests
from postresults.forms import AddressesForm, SendForm
from postresults.models import Submission
from postresults.queries.checking import Selection, selection
from postresults.queries.choosing import MOST, Search, lines_of
from postresults.rules.picking import COHORT, address
from postresults.rules.purposes import purpose_of

STALE = (
    "Something changed after you opened this page, so nothing was sent. "
    "This is the list as it stands now: check it again."
)


def _read(request: HttpRequest, actor: Actor) -> Selection:
    most = COHORT if _concern(request) else MOST
    return selection(actor=actor, picks=Search.read(request.GET).picks[:most], wall=clock.wall())


def _step(name: str, actor: Actor, found: Selection, concern: str = "") -> str:
    """The address of a step with the selection in it."""
    url = reverse(f"postresults:{name}", kwargs={"number": actor.centre.number})
    series = f"&series={found.series.pk}" if found.series and name == "new" else ""
    about = f"&{urlencode({'concern': concern})}" if concern else ""
    return f"{url}?{address(line.pick for line in found.lines)}{series}{about}"


def _concern(request: HttpRequest) -> str:
    """The code of the component whose whole cohort the requests are about, or nothing."""
    return request.GET.get("concern", "")[:20]


# --- consent ---


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(REQUESTS_MAKE)
def consent(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Skipped when everybody has agreed, or when nothing of the selection can be asked for."""
    found = _read(request, actor)
    if found.signed:
        return redirect(_step("check", actor, found, _concern(request)))
    form = AddressesForm(request.POST or None, wanted=_unsigned(found))
    if form.is_bound and form.is_valid():
        try:
            asked = ask_learners(
                papers=_papers(found),
                addresses=form.addresses(),
                by=actor.user,
                at=actor.at,
                wall=clock.wall(),
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            if asked:
                messages.success(request, f"{count(asked, 'learner')} asked by email. The link works for seven days.")
            return redirect(_step("check", actor, found, _concern(request)))
    context = {
        "nav": "results",
        "form": form,
        "groups": [
            {"purpose": purpose.value, "label": purpose.label, "plain": lines} for purpose, lines in found.consents
        ],
        "back": request.get_full_path(),
        "choose_url": _step("new", actor, found),
    }
    return render(request, "postresults/consent.html", context)


def _unsigned(found: Selection) -> list[tuple[Purpose, Learner]]:
    return [(purpose, line.learner) for purpose, lines in found.consents for line in lines if not line.signed]


def _papers(found: Selection) -> list[tuple[Learner, Purpose, list[Result]]]:
    """What each learner who has not agreed is asked about."""
    return [
        (
            learner,
            purpose,
            [
                line.result
                for line in found.lines
                if line.learner == learner and purpose_of(line.pick.service) is purpose
            ],
        )
        for purpose, learner in _unsigned(found)
    ]


# --- check and submit ---


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(REQUESTS_MAKE)
def check(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The selection stands in the address, so that submitting, a stale page and going back all mean the same rows."""
    found = _read(request, actor)
    if request.method != "POST":
        return _page(request, actor, found, _fresh(request, found))
    sent_before = _sent_before(actor, request.POST.get("token", ""))
    if sent_before:
        return redirect("postresults:receipt", number=actor.centre.number, reference=sent_before.reference)
    form = SendForm(request.POST, selection=found, concern=bool(_concern(request)))
    if not form.is_valid():
        return _page(request, actor, found, form)
    return _submit(request, actor, found, form)


def _fresh(request: HttpRequest, found: Selection, kept: dict[str, Any] | None = None) -> SendForm:
    """A form with a token of its own; what the reader answered before stays, the declaration is made afresh."""
    initial = {**(kept or {}), "token": secrets.token_hex(16), "seen": found.fingerprint}
    return SendForm(initial=initial, selection=found, concern=bool(_concern(request)))


def _sent_before(actor: Actor, token: str) -> Submission | None:
    return Submission.objects.visible_to(actor).filter(token=token).first() if token else None


def _submit(request: HttpRequest, actor: Actor, found: Selection, form: SendForm) -> HttpResponse:
    try:
        if form.cleaned_data["seen"] != found.fingerprint:
            raise Refused(STALE, code="stale")
        submission = _send(actor, found, form, _concern(request))
    except Refused as refusal:
        found = _read(request, actor)
        form = _fresh(request, found, form.kept())
        return _page(request, actor, found, form, refusal=refusal.message, status=409)
    return redirect("postresults:receipt", number=actor.centre.number, reference=submission.reference)


def _send(actor: Actor, found: Selection, form: SendForm, concern: str) -> Submission:
    said: dict[str, Any] = {
        "centre": actor.centre,
        "series": found.series,
        "lines": lines_of([line.pick for line in found.lines], form.places()),
        "token": form.cleaned_data["token"],
        "ceiling_pence": form.ceiling_pence(),
        "by": actor.user,
        "at": actor.at,
    }
    if concern:
        return raise_concern(unit=concern, words=form.cleaned_data["words"], **said)
    return submit_requests(**said)


def _page(
    request: HttpRequest, actor: Actor, found: Selection, form: SendForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "nav": "results",
        "selection": found,
        "form": form,
        "total": len(found.good),
        "places": [(line, form[form.place_name(line)]) for line in found.good if line.asks_place],
        "without": f"?{address(line.pick for line in found.good)}",
        "choose_url": _step("new", actor, found),
        "consent_url": _step("consent", actor, found, _concern(request)),
        "refusal": refusal,
    }
    return render(request, "postresults/check.html", context, status=status)
