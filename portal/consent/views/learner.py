"""The learner's page: no account, no script, made for a telephone. Looking never writes; only pressing does."""

from contextlib import suppress
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal import clock
from portal.consent import actions
from portal.consent.access import TooManyMisses, consent_for
from portal.consent.forms import AnswerForm
from portal.consent.models import Consent
from portal.consent.queries import papers_of
from portal.consent.rules import SENTENCES, State
from portal.errors import Refused

NOT_OURS = "This link does not work. Check that you have the whole of it, or ask your exams officer for a new one."


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The question while it is open; afterwards what became of it."""
    consent = _opened(request, token)
    if not isinstance(consent, Consent):
        return consent
    if consent.state(wall=clock.wall()) is not State.OPEN:
        return _outcome(request, consent, token)
    form = AnswerForm(request.POST if request.method == "POST" else None, consent=consent)
    if form.is_bound and form.is_valid():
        try:
            actions.answer(token=token, at=clock.now(), wall=clock.wall(), **form.said())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            return redirect("consent:answer", token=token)
    return render(request, "consent/ask.html", _page(consent, form=form))


@login_not_required
@never_cache
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """The learner changes their mind."""
    consent = _opened(request, token)
    if not isinstance(consent, Consent):
        return consent
    with suppress(Refused):  # the page says how it stands
        actions.withdraw(token=token, at=clock.now(), wall=clock.wall())
    return redirect("consent:answer", token=token)


def _opened(request: HttpRequest, token: str) -> Consent | HttpResponse:
    """The consent of a link, or the page that says that there is none."""
    try:
        return consent_for(token=token, address=get_adapter().get_client_ip(request) or "")
    except TooManyMisses:
        return render(request, "429.html", status=429)
    except Http404:
        return render(request, "consent/over.html", {"sentence": NOT_OURS}, status=404)


def _outcome(request: HttpRequest, consent: Consent, token: str) -> HttpResponse:
    state = consent.state(wall=clock.wall())
    if state in (State.YES, State.NO, State.USED):
        return render(request, "consent/done.html", _page(consent, state=state.value, token=token))
    return render(request, "consent/over.html", {"sentence": SENTENCES[state], "consent": consent})


def _page(consent: Consent, **more: Any) -> dict[str, Any]:
    papers = papers_of(consent, at=clock.now())
    content = consent.wording.content
    left = (consent.answer_by_on - clock.london_date(clock.now())).days if consent.answer_by_on else 0
    return {
        "consent": consent,
        "papers": papers,
        "wording": content,
        "title": content["title"] if len(papers) == 1 else content["title_many"],
        "days_left": max(0, left),
        **more,
    }
