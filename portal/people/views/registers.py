"""The register of accounts: the list, its yearly confirmation, and the PDF that is kept."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.accounts.access import require_fresh
from portal.centres.access import centre_page
from portal.centres.rules import PEOPLE_VIEW, REGISTER_CONFIRM
from portal.errors import Refused
from portal.files.rules.pdf import render as render_pdf
from portal.people import actions, queries
from portal.people.models import RegisterConfirmation
from portal.web.actor import Actor


@require_safe
@centre_page(PEOPLE_VIEW)
def register(request: HttpRequest, actor: Actor) -> HttpResponse:
    today = clock.london_date(actor.at)
    found = queries.register_now(centre=actor.centre, on=today)
    page = {
        "nav": "people",
        "today": today,
        "register": found,
        "is_open": found.confirmation is None and today >= found.window.opens_on,
        "is_late": found.confirmation is None and today > found.window.due_on,
        "may_confirm": actor.can(REGISTER_CONFIRM),
        "past": queries.confirmations_of(centre=actor.centre),
    }
    return render(request, "people/register.html", page)


@require_POST
@centre_page(REGISTER_CONFIRM)
@require_fresh
def confirm_register(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        actions.confirm_register(centre=actor.centre, seen=request.POST.get("seen", ""), by=actor.user, at=actor.at)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "The register is confirmed. What you confirmed is kept as a PDF below.")
    return redirect("people:register", number=actor.centre.number)


@require_safe
@centre_page(PEOPLE_VIEW)
def register_pdf(request: HttpRequest, actor: Actor, confirmation: int) -> HttpResponse:
    rows = RegisterConfirmation.objects.visible_to(actor).select_related("centre", "confirmed_by")
    row = get_object_or_404(rows, pk=confirmation)
    document = render_pdf(template="register", data=queries.register_document(row, at=actor.at))
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="register-{actor.centre.number}-{row.school_year}.pdf"'
    return response
