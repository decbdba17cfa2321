"""The centre's consents: to see, to ask for, to record and to withdraw for a learner."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.centres.access import centre_page
from portal.centres.rules import REQUESTS_MAKE, REQUESTS_VIEW
from portal.consent import actions
from portal.consent.forms import ConsentForm, WithdrawForm
from portal.consent.models import Consent
from portal.consent.queries import consents, one_consent, papers_of
from portal.consent.queries.links import sheet_link
from portal.consent.queries.lists import ORDER, results_for
from portal.consent.queries.standing import standing_of
from portal.consent.rules import Purpose, Way
from portal.consent.rules.codes import code_image
from portal.errors import Refused
from portal.files.queries import content_of
from portal.learners.models import Learner
from portal.learners.queries.pages import find_learner
from portal.web.actor import Actor
from portal.web.pages import keyset

STANDINGS = (("", "All"), ("waiting", "Waiting for an answer"), ("signed", "Signed"), ("refused", "Not agreed"))


@require_safe
@centre_page(REQUESTS_VIEW)
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    standing = request.GET.get("standing", "")
    rows = consents(actor=actor, words=words, standing=standing)
    page = keyset(
        rows,
        order=ORDER,
        anchors=Consent.objects.visible_to(actor),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    wall = clock.wall()
    context = {
        "nav": "results",
        "words": words,
        "standing": standing,
        "standings": STANDINGS,
        "lines": [(consent, standing_of(consent, wall=wall)) for consent in page.rows],
        "total": rows.count(),
        "page": {
            "next_url": _address(words, standing, after=page.next) if page.next else "",
            "previous_url": _address(words, standing, before=page.previous) if page.previous else "",
        },
    }
    return render(request, "consent/list.html", context)


def _address(words: str, standing: str, **place: str) -> str:
    kept = {"q": words, "standing": standing}
    return "?" + urlencode({**{name: value for name, value in kept.items() if value}, **place})


@require_safe
@centre_page(REQUESTS_VIEW)
def detail(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    return _detail(request, actor, _consent(actor, pk), WithdrawForm())


def _detail(request: HttpRequest, actor: Actor, consent: Consent, form: WithdrawForm) -> HttpResponse:
    context = {
        "nav": "results",
        "consent": consent,
        "papers": papers_of(consent, at=actor.at),
        "standing": standing_of(consent, wall=clock.wall()),
        "sheet": bool(sheet_link(consent)),
        "form": form,
        "may_act": actor.can(REQUESTS_MAKE),
    }
    return render(request, "consent/detail.html", context)


def _consent(actor: Actor, pk: int) -> Consent:
    found = one_consent(actor=actor, pk=pk)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(REQUESTS_MAKE)
def take(request: HttpRequest, actor: Actor, candidate: str) -> HttpResponse:
    """Ask a learner, or record what they signed."""
    learner = find_learner(actor=actor, candidate=candidate)
    if learner is None:
        raise Http404
    results = results_for(actor=actor, learner=learner)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ConsentForm(*posted, results=results, initial={"purpose": request.GET.get("purpose", "")})
    if form.is_bound and form.is_valid():
        try:
            consent = _taken(actor, learner, form)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _said(consent))
            return _after(request, actor, consent)
    context = {"nav": "results", "learner": learner, "form": form, "results": results}
    return render(request, "consent/take.html", context)


def _after(request: HttpRequest, actor: Actor, consent: Consent) -> HttpResponse:
    """To the sheet that has to be printed; else back to the request it was asked for, or to the consent."""
    if consent.way == Way.QR.value:
        return redirect("consent:sheet", number=actor.centre.number, pk=consent.pk)
    wanted = request.GET.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return redirect(wanted)
    return redirect("consent:detail", number=actor.centre.number, pk=consent.pk)


def _taken(actor: Actor, learner: Learner, form: ConsentForm) -> Consent:
    """One action, by the way that was chosen."""
    said = form.cleaned_data
    common: dict[str, Any] = {
        "learner": learner,
        "papers": form.chosen_papers(),
        "purpose": Purpose(said["purpose"]),
        "by": actor.user,
        "at": actor.at,
    }
    way = Way(said["way"])
    if way is Way.PAPER:
        return actions.record_paper(
            held_by=said["held_by"], signed_on=said["signed_on"], named=form.chosen_use(), **common
        )
    if way is Way.UPLOAD:
        file = {"name": said["file"].name, "content": said["file"].read()}
        return actions.record_upload(signed_on=said["signed_on"], named=form.chosen_use(), **file, **common)
    address = said["contact_email"] if way is Way.LINK else ""
    return actions.ask(way=way, contact_email=address, wall=clock.wall(), **common).consent


def _said(consent: Consent) -> str:
    name = consent.learner.given_name
    return {
        Way.LINK.value: f"{name} is asked by email. The link works for seven days.",
        Way.QR.value: f"The sheet for {name} is ready to print. Its code works for seven days.",
        Way.PAPER.value: f"{name}’s consent is recorded.",
        Way.UPLOAD.value: f"{name}’s consent is recorded and the signed paper is kept.",
    }[consent.way]


@require_POST
@centre_page(REQUESTS_MAKE)
def again(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    consent = _consent(actor, pk)
    try:
        asked = actions.ask_again(consent=consent, by=actor.user, at=actor.at, wall=clock.wall())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("consent:detail", number=actor.centre.number, pk=pk)
    messages.success(request, f"{_said(asked.consent)} The older link no longer works.")
    return redirect("consent:detail", number=actor.centre.number, pk=asked.consent.pk)


@require_POST
@centre_page(REQUESTS_MAKE)
def withdraw(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    consent = _consent(actor, pk)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.withdraw_for(consent=consent, reason=reason, by=actor.user, at=actor.at, wall=clock.wall())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, "Withdrawn. No request can rest on it.")
            return redirect("consent:detail", number=actor.centre.number, pk=pk)
    return _detail(request, actor, consent, form)


@require_safe
@centre_page(REQUESTS_MAKE)
def sheet(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A page to print and hand to one learner."""
    consent = _consent(actor, pk)
    link = sheet_link(consent)
    context = {
        "nav": "results",
        "consent": consent,
        "papers": papers_of(consent, at=actor.at),
        "code": code_image(link) if link else "",
        "link": link,
    }
    return render(request, "consent/sheet.html", context)


@require_safe
@centre_page(REQUESTS_VIEW)
def file(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The signed paper, to save: never shown inside a page."""
    consent = _consent(actor, pk)
    if consent.file is None:
        raise Http404
    response = HttpResponse(content_of(consent.file), content_type=consent.file.content_type)
    ending = consent.file.content_type.rpartition("/")[2]
    response["Content-Disposition"] = f'attachment; filename="consent-{consent.pk}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
