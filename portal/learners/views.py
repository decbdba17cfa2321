"""Learners of a centre: the list, a learner's record, sets of units, late entries, and files."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_safe

from portal.audit.queries import timeline_of
from portal.centres.access import centre_page
from portal.centres.rules import CLAIMS_MAKE, GRADES_ENTER, LEARNERS_IMPORT, LEARNERS_VIEW, REQUESTS_MAKE
from portal.errors import Refused, Stale
from portal.intake.views import Place
from portal.learners.actions import choose_units, correct_learner, enter
from portal.learners.actions.sheets import SHEETS
from portal.learners.forms import LearnerForm, UnitsForm
from portal.learners.models import Learner, Registration
from portal.learners.queries.pages import (
    ORDER,
    find_learner,
    find_registration,
    learners,
    record_of,
    set_of_units,
    units_to_enter,
)
from portal.web.actor import Actor
from portal.web.pages import keyset

# --- list and record ---


@require_safe
@centre_page(LEARNERS_VIEW)
def learner_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    page = keyset(
        learners(actor=actor, words=words),
        order=ORDER,
        anchors=Learner.objects.visible_to(actor),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    context = {
        "nav": "learners",
        "words": words,
        "rows": page.rows,
        "total": learners(actor=actor, words=words).count(),
        "page": {
            "next_url": _page_url(words, after=page.next) if page.next else "",
            "previous_url": _page_url(words, before=page.previous) if page.previous else "",
        },
        "may_import": actor.can(LEARNERS_IMPORT),
        "may_enter": actor.can(CLAIMS_MAKE),
    }
    return render(request, "learners/list.html", context)


def _page_url(words: str, **place: str) -> str:
    return "?" + urlencode({**({"q": words} if words else {}), **place})


@require_safe
@centre_page(LEARNERS_VIEW)
def detail(request: HttpRequest, actor: Actor, candidate: str) -> HttpResponse:
    learner = _learner(actor, candidate)
    record = record_of(actor=actor, learner=learner)
    context = {
        "nav": "learners",
        "learner": learner,
        **record,
        "events": timeline_of(rows=[learner, *record["registrations"]]),
        "may_edit": actor.can(LEARNERS_IMPORT),
        "may_grade": actor.can(GRADES_ENTER),
        "may_enter": actor.can(CLAIMS_MAKE),
        "may_claim": actor.can("claims.view"),
        "may_ask": actor.can(REQUESTS_MAKE),
    }
    return render(request, "learners/detail.html", context)


def _learner(actor: Actor, candidate: str) -> Learner:
    found = find_learner(actor=actor, candidate=candidate)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(LEARNERS_IMPORT)
def edit(request: HttpRequest, actor: Actor, candidate: str) -> HttpResponse:
    """Correct a learner's record. Somebody else's correction in the meantime shows both texts."""
    learner = _learner(actor, candidate)
    form = LearnerForm(request.POST if request.method == "POST" else None, initial=LearnerForm.initial_of(learner))
    stale = False
    if form.is_bound and form.is_valid():
        try:
            changed = correct_learner(
                learner=learner,
                line=form.line(learner),
                version=form.cleaned_data["version"],
                by=actor.user,
                at=actor.at,
            )
        except Stale:
            stale = True
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, "Saved." if changed else "Nothing was changed.")
            return redirect("learners:detail", number=actor.centre.number, candidate=candidate)
    context = {"nav": "learners", "learner": learner, "form": form, "both": _both(learner, form) if stale else []}
    return render(request, "learners/edit.html", context, status=409 if stale else 200)


def _both(learner: Learner, form: LearnerForm) -> list[dict[str, Any]]:
    """Fields on which the stored record and the typed one differ."""
    said = form.cleaned_data
    return [
        {"label": form[name].label, "theirs": getattr(learner, name), "yours": said[name]}
        for name in ("family_name", "given_name", "born_on", "uln", "uci")
        if getattr(learner, name) != said[name]
    ]


# --- one registration ---


def _registration(actor: Actor, number: str) -> Registration:
    found = find_registration(actor=actor, number=number)
    if found is None:
        raise Http404
    return found


def _after(actor: Actor, registration: Registration) -> str:
    """Back to where the learner stands: the claims page where there is one, else the record."""
    kwargs = {"number": actor.centre.number}
    if actor.can("claims.view") and registration.programme.qualification.claim_kind != "none":
        try:
            return reverse("claims:registration", kwargs={**kwargs, "registration": registration.number})
        except NoReverseMatch:
            pass
    return reverse("learners:detail", kwargs={**kwargs, "candidate": registration.learner.candidate_number})


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(GRADES_ENTER)
def units(request: HttpRequest, actor: Actor, registration: str) -> HttpResponse:
    """Choose the optional units. Mandatory ones are named and fixed."""
    row = _registration(actor, registration)
    found = set_of_units(row)
    initial = {"units": list(found["chosen"]), "version": row.version}
    form = UnitsForm(request.POST if request.method == "POST" else None, optional=found["optional"], initial=initial)
    stale = ""
    if form.is_bound and form.is_valid():
        try:
            changed = choose_units(
                registration=row,
                unit_ids=form.cleaned_data["units"],
                by=actor.user,
                at=actor.at,
                version=form.cleaned_data["version"],
            )
        except Stale as refusal:
            stale = refusal.message
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, set_of_units(row)["hours"].words if changed else "Nothing was changed.")
            return redirect(_after(actor, row))
    context = {
        "nav": "learners",
        "registration": row,
        "form": form,
        "stale": stale,
        "back": _after(actor, row),
        **found,
    }
    return render(request, "learners/units.html", context, status=409 if stale else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(CLAIMS_MAKE)
def late_entry(request: HttpRequest, actor: Actor, registration: str) -> HttpResponse:
    """Enter a learner late for an external unit of their set."""
    row = _registration(actor, registration)
    lines = units_to_enter(row)
    if request.method == "POST":
        unit = next((line["unit"] for line in lines if str(line["unit"].pk) == request.POST.get("unit")), None)
        if unit is None:
            raise Http404
        try:
            enter(registration=row, unit=unit, series=row.series, by=actor.user, at=actor.at)
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            name = row.learner.given_name
            messages.success(request, f"{name} is entered for {unit.noun.lower()} {unit.number}, {row.series.title}.")
            return redirect(_after(actor, row))
    context = {
        "nav": "learners",
        "registration": row,
        "lines": lines,
        "open": sum(not line["entered_on"] and not line["result"] for line in lines),
        "back": _after(actor, row),
    }
    return render(request, "learners/enter.html", context)


# --- files ---

PLACES = {
    sheet.key: Place(kind=sheet.key, nav="learners", back="learners:list", back_words="Learners") for sheet in SHEETS
}
