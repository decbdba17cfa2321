"""What hangs on a request: letters, comments, copies."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from portal.casework.access import case_for
from portal.casework.models import Document
from portal.centres.access import centre_page
from portal.centres.rules import REQUESTS_VIEW
from portal.errors import Refused
from portal.web.actor import Actor
from postresults.actions import take_document


@require_safe
@centre_page(REQUESTS_VIEW)
def outcome_pdf(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """The letter of the outcome that stands, to save. Absent and foreign are one 404."""
    case = case_for(actor, reference)
    letters = Document.objects.visible_to(actor).filter(case=case, kind="outcome", content__isnull=False)
    found = letters.order_by("-pk").first()
    if found is None:
        raise Http404
    return redirect("postresults:document", number=actor.centre.number, reference=case.reference, document=found.pk)


@require_safe
@centre_page(REQUESTS_VIEW)
def document(request: HttpRequest, actor: Actor, reference: str, document: int) -> HttpResponse:
    """One document of a request, to save. Absent, foreign and not for the centre are one 404."""
    case = case_for(actor, reference)
    found = Document.objects.visible_to(actor).filter(case=case, pk=document, content__isnull=False).first()
    if found is None:
        raise Http404
    try:
        content = take_document(case=case, document=found, by=actor.user, at=actor.at)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(case.kind_of.url_name, number=actor.centre.number, reference=case.reference)
    response = HttpResponse(content, content_type=found.content_type)
    response["Content-Disposition"] = f'attachment; filename="{case.reference}-{found.kind}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
