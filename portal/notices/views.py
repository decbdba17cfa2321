"""The inbox of a person at a centre, with what became of each mail."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.centres.access import centre_page
from portal.centres.rules import CENTRE_HOME
from portal.errors import Refused
from portal.notices import queries
from portal.notices.actions import choose_mail, mark_read, resend
from portal.notices.forms import MailForm
from portal.notices.models import Notice
from portal.web.actor import Actor


@require_safe
@centre_page(CENTRE_HOME)
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    before = request.GET.get("before", "")
    rows = queries.inbox(actor=actor, before=int(before) if before.isdecimal() and len(before) < 16 else None)
    notices = rows[: queries.PAGE]
    address = reverse("notices:inbox", kwargs={"number": actor.centre.number})
    page = {
        "previous_url": address if before else "",
        "next_url": f"{address}?before={notices[-1].pk}" if len(rows) > queries.PAGE else "",
    }
    return render(request, "notices/inbox.html", {"nav": "messages", "notices": notices, "page": page})


@require_safe
@centre_page(CENTRE_HOME)
def message(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Opening writes nothing: a message is marked as read by a button, so that no link checker can."""
    notice = _found(actor, pk)
    context = {"nav": "messages", "notice": notice, "is_own": notice.user_id == actor.user.pk}
    return render(request, "notices/message.html", context)


@require_POST
@centre_page(CENTRE_HOME)
def read(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Marks the message named in the form, or all of them."""
    named = request.POST.get("notice", "")
    mark_read(
        by=actor, at=actor.at, notice=_found(actor, int(named)) if named.isdecimal() and len(named) < 19 else None
    )
    return redirect("notices:inbox", number=actor.centre.number)


@require_POST
@centre_page(CENTRE_HOME)
def again(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    notice = _found(actor, pk)
    try:
        notice = resend(notice=notice, by=actor, at=actor.at)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"The message goes to {notice.address} again. It is sent within a minute.")
    return redirect("notices:message", number=actor.centre.number, pk=notice.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(CENTRE_HOME)
def preferences(request: HttpRequest, actor: Actor) -> HttpResponse:
    bound = request.POST if request.method == "POST" else None
    form = MailForm(bound, initial={"kinds": queries.mailed_kinds(actor=actor)})
    if form.is_bound and form.is_valid():
        choose_mail(kinds=form.cleaned_data["kinds"], by=actor)
        messages.success(request, "Saved. This holds from the next message on.")
        return redirect("notices:inbox", number=actor.centre.number)
    return render(request, "notices/preferences.html", {"nav": "messages", "form": form})


def _found(actor: Actor, pk: int) -> Any:
    try:
        return Notice.objects.visible_to(actor).select_related("centre").get(pk=pk)
    except (Notice.DoesNotExist, OverflowError):
        raise Http404 from None
