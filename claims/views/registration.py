"""One learner on one programme: why they stand where they stand, and what can be done."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from claims.actions import answer_query, not_this_summer, put_right, undo_not_this_summer
from claims.forms import AnswerForm, PutRightForm, ReasonForm
from claims.models import Readiness
from claims.queries.dates import CLAIM_KEYS
from claims.queries.registrations import claims_history, find, questions, refused_claim, unit_lines, uploads_of
from claims.rules import State
from claims.rules.words import grade_words
from claims.views.fixes import with_fixes
from deadlines.queries import dates_of, explain_key_date
from portal.audit.queries import timeline_of
from portal.centres.access import centre_page
from portal.centres.rules import CLAIMS_MAKE, CLAIMS_VIEW, GRADES_ENTER
from portal.errors import Refused
from portal.web.actor import Actor


def found(actor: Actor, number: str) -> Readiness:
    """The registration, or a 404 that says nothing about whether it exists elsewhere."""
    row = find(actor=actor, number=number)
    if row is None:
        raise Http404
    return row


def _due(row: Readiness, actor: Actor) -> dict[str, Any] | None:
    """When to claim; nothing while no date is set for the learner's series, such as one that has gone by."""
    due = dates_of(row.series).get(CLAIM_KEYS[row.kind])
    return explain_key_date(key_date=due, as_of=actor.at) if due else None


@require_safe
@centre_page(CLAIMS_VIEW)
def registration(request: HttpRequest, actor: Actor, registration: str) -> HttpResponse:
    row = found(actor, registration)
    history = claims_history(row.registration)
    claims = [line["claim"] for line in history]
    submissions = [claim.submission for claim in claims]
    context = {
        "nav": "claims",
        "row": row,
        "state": State(row.state),
        "tone": "neutral" if row.state == State.ABSENT.value else row.state,
        "grade": grade_words(row.grade),
        "reasons": with_fixes(row, actor),
        "units": unit_lines(row.registration),
        "history": history,
        "due": _due(row, actor),
        "events": timeline_of(rows=[row.registration, *claims, *submissions, *uploads_of(row.registration)]),
        "may_claim": actor.can(CLAIMS_MAKE),
        "may_grade": actor.can(GRADES_ENTER) and row.state in (State.READY.value, State.BLOCKED.value),
    }
    return render(request, "claims/registration.html", context)


@require_safe
@centre_page(CLAIMS_VIEW)
def release(request: HttpRequest, actor: Actor, registration: str) -> HttpResponse:
    """What standards verification is, and what the centre can do while it waits."""
    row = found(actor, registration)
    context = {
        "nav": "claims",
        "row": row,
        "due": _due(row, actor),
        "waiting": Readiness.objects.visible_to(actor)
        .filter(series=row.series, registration__programme=row.registration.programme)
        .exclude(state=State.ABSENT.value)
        .count(),
    }
    return render(request, "claims/release.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(CLAIMS_MAKE)
def refusal(request: HttpRequest, actor: Actor, registration: str) -> HttpResponse:
    row = found(actor, registration)
    claim = refused_claim(row.registration)
    if claim is None:
        return redirect("claims:registration", number=actor.centre.number, registration=registration)
    form = PutRightForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = partial(put_right, claim=claim, words=form.cleaned_data["words"], by=actor.user, at=actor.at)
        if _done(form, act):
            return _claim_again(request, actor, row)
    return render(request, "claims/refusal.html", {"nav": "claims", "row": row, "claim": claim, "form": form})


def _claim_again(request: HttpRequest, actor: Actor, row: Readiness) -> HttpResponse:
    """On to the claim when nothing else is in its way; nothing is claimed by answering."""
    number = row.registration.number
    if found(actor, number).state == State.READY.value:
        messages.success(request, f"The refusal is answered. Submit the claim to finish: {row.learner_name} is ready.")
        check = reverse("claims:check", kwargs={"number": actor.centre.number})
        return HttpResponseRedirect(f"{check}?every=0&pick={number}")
    messages.success(request, "The refusal is answered. Something else is still in the way.")
    return redirect("claims:registration", number=actor.centre.number, registration=number)


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(CLAIMS_MAKE)
def absence(request: HttpRequest, actor: Actor, registration: str) -> HttpResponse:
    """Take a learner out of this summer's counts, or put them back."""
    row = found(actor, registration)
    absent = row.state == State.ABSENT.value
    form = ReasonForm(request.POST if request.method == "POST" and not absent else None)
    if (
        request.method == "POST"
        and (absent or form.is_valid())
        and _done(form, lambda: _absence(row, actor, form, absent))
    ):
        words = "is back in this summer's list" if absent else "is taken out of this summer's list"
        messages.success(request, f"{row.learner_name} {words}.")
        return redirect("claims:registration", number=actor.centre.number, registration=registration)
    return render(request, "claims/absence.html", {"nav": "claims", "row": row, "form": form, "absent": absent})


def _absence(row: Readiness, actor: Actor, form: ReasonForm, absent: bool) -> None:
    if absent:
        undo_not_this_summer(registration=row.registration, by=actor.user, at=actor.at)
    else:
        not_this_summer(registration=row.registration, reason=form.cleaned_data["reason"], by=actor.user, at=actor.at)


@require_safe
@centre_page(CLAIMS_VIEW)
def questions_open(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open questions, the earliest to answer first; a single one opens at once."""
    waiting = list(questions(actor=actor).filter(answered_at=None).order_by("answer_by", "pk"))
    if len(waiting) == 1:
        return redirect("claims:question", number=actor.centre.number, pk=waiting[0].pk)
    return render(request, "claims/questions.html", {"nav": "claims", "questions": waiting})


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(CLAIMS_VIEW)
def question(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    query = questions(actor=actor).filter(pk=pk).first()
    if query is None:
        raise Http404
    may_answer = actor.can(CLAIMS_MAKE) and query.answered_at is None
    form = AnswerForm(request.POST if request.method == "POST" and may_answer else None)
    if form.is_bound and form.is_valid():
        act = partial(answer_query, query=query, answer=form.cleaned_data["answer"], by=actor.user, at=actor.at)
        if _done(form, act):
            messages.success(request, "Your answer is sent. The claim is with us again.")
            return redirect("dashboard:home", number=actor.centre.number)
    context = {
        "nav": "claims",
        "query": query,
        "queries": [query],
        "form": form,
        "may_answer": may_answer,
        "typed": _unsent(request, query),
    }
    return render(request, "claims/question.html", context, status=409 if context["typed"] else 200)


def _unsent(request: HttpRequest, query: Any) -> str:
    """What a colleague typed after the question was answered: shown, so that it is not lost."""
    return request.POST.get("answer", "")[:2000] if query.answered_at is not None else ""


def _done(form: Any, act: Any) -> bool:
    """Run an act; a refusal becomes the form's error."""
    try:
        act()
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True
