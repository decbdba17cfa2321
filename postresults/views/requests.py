"""Requests of a centre: the list, one request, a message about it, and withdrawing it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.casework.actions import write_note
from portal.casework.models import NoteKind
from portal.casework.queries import steps, thread, timeline
from portal.centres.access import centre_page
from portal.centres.rules import REQUESTS_MAKE, REQUESTS_VIEW
from portal.errors import Refused
from portal.web.actor import Actor
from portal.web.pages import keyset
from postresults.actions import withdraw_request
from postresults.forms import MessageForm
from postresults.models import Request
from postresults.queries.outcomes import outcome_of
from postresults.queries.requests import (
    ORDER,
    TABS,
    TONES,
    Search,
    due_of,
    fee_words,
    listed,
    request_of,
    searched,
    standing_words,
    tab_counts,
)
from postresults.rules import states
from postresults.rules.services import Service


@require_safe
@centre_page(REQUESTS_VIEW)
def track(request: HttpRequest, actor: Actor) -> HttpResponse:
    search = Search.read(request.GET)
    found = searched(actor=actor, search=search)
    counts = tab_counts(found)
    page = keyset(
        listed(rows=found, search=search),
        order=ORDER,
        anchors=Request.objects.visible_to(actor),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    context = {
        "nav": "results",
        "search": search,
        "tabs": [_tab(search, counts, *tab[:3]) for tab in TABS],
        "services": list(Service),
        "rows": [{"request": row, "service": Service(row.service).label, "tone": _tone(row)} for row in page.rows],
        "total": counts[search.tab],
        "page": {
            "next_url": _address(search, after=page.next) if page.next else "",
            "previous_url": _address(search, before=page.previous) if page.previous else "",
        },
    }
    return render(request, "postresults/requests.html", context)


def _tab(search: Search, counts: dict[str, int], key: str, label: str, tone: str) -> dict[str, Any]:
    url = _address(search, state=key)
    return {"label": label, "tone": tone, "count": counts[key], "url": url, "current": key == search.tab}


def _address(search: Search, **changed: str) -> str:
    kept = {"state": search.tab, "q": search.words, "service": search.service, **changed}
    return "?" + urlencode({name: value for name, value in kept.items() if value})


def _tone(row: Request) -> str:
    return TONES[row.case.status]


def _request(actor: Actor, reference: str) -> Request:
    found = request_of(actor=actor, reference=reference)
    if found is None:
        raise Http404
    return found


@require_safe
@centre_page(REQUESTS_VIEW)
def request_page(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    return _page(request, actor, _request(actor, reference), MessageForm())


def _page(
    request: HttpRequest, actor: Actor, row: Request, form: MessageForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    learner = row.case.learner
    entries = timeline(case=row.case, actor=actor)
    context = {
        "nav": "results",
        "row": row,
        "case": row.case,
        "learner": learner,
        "service": Service(row.service).label,
        "identity": _identity(row),
        "due": due_of(request=row, actor=actor),
        "steps": steps(case=row.case, entries=entries),
        "standing": standing_words(row),
        "fee": fee_words(row),
        "thread": thread(case=row.case, actor=actor),
        "timeline": entries,
        "form": form,
        "may_act": actor.can(REQUESTS_MAKE),
        "may_withdraw": actor.can(REQUESTS_MAKE) and states.WITHDRAWN in states.MOVES[row.case.status],
        "outcome": outcome_of(request=row, actor=actor, as_of=actor.at),
        "now": NOW[row.case.status],
        "tone": _tone(row),
        "refusal": refusal,
    }
    return render(request, "postresults/request.html", context, status=status)


# What a centre can do at each state, in one or two sentences.
NOW = {
    states.WAITING: "The learner’s consent is missing. We file the request as soon as it arrives in time.",
    states.RECEIVED: "Nothing is needed from you. We check the request and accept it.",
    states.ACCEPTED: "Nothing is needed from you. The review begins soon.",
    states.REVIEWING: "Nothing is needed from you. We tell you at least three working days before if the date "
    "cannot be kept.",
    states.DECIDED: "Read the outcome and its reasons, and tell the learner.",
    states.CLOSED: "This request is closed. Its outcome stays here.",
    states.WITHDRAWN: "You have withdrawn this request. Nothing is charged for it.",
    states.REFUSED: "We could not accept this request. The messages say why.",
    states.LAPSED: "This request was not sent: the consent did not arrive in time, or the learner did not agree.",
}


def _identity(row: Request) -> list[dict[str, str]]:
    learner = row.case.learner
    parts = [{"label": "Reference", "value": row.case.reference}]
    if learner:
        parts.append(
            {
                "label": "Learner",
                "value": f"{learner.given_name} {learner.family_name}",
                "note": learner.candidate_number,
            }
        )
    return [*parts, {"label": "Service", "value": Service(row.service).label}]


@require_POST
@centre_page(REQUESTS_MAKE)
def message(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    row = _request(actor, reference)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, row, form)
    kind = NoteKind.MESSAGE.value
    write_note(case=row.case, text=form.cleaned_data["text"], kind=kind, by=actor.user, at=actor.at, from_centre=True)
    messages.success(request, "Your message is with us.")
    return redirect("postresults:request", number=actor.centre.number, reference=reference)


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(REQUESTS_MAKE)
def withdraw(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    row = _request(actor, reference)
    refusal = ""
    if request.method == "POST":
        try:
            withdraw_request(request=row, by=actor.user, at=actor.at)
        except Refused as refused:
            refusal = refused.message
            row = _request(actor, reference)
        else:
            messages.success(request, f"{reference} is withdrawn. Nothing is charged for it.")
            return redirect("postresults:request", number=actor.centre.number, reference=reference)
    context = {
        "nav": "results",
        "row": row,
        "case": row.case,
        "service": Service(row.service).label,
        "may_withdraw": states.WITHDRAWN in states.MOVES[row.case.status],
        "refusal": refusal,
    }
    return render(request, "postresults/withdraw.html", context, status=409 if refusal else 200)
