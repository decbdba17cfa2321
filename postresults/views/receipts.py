"""The receipt of a submission, and its PDF."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.centres.access import centre_page
from portal.centres.rules import REQUESTS_VIEW
from portal.files.rules.pdf import render as render_pdf
from portal.web.actor import Actor
from postresults.models import Submission
from postresults.queries.receipts import charged, lines_of, promises, receipt_document


def _submission(actor: Actor, reference: str) -> Submission:
    rows = Submission.objects.visible_to(actor).select_related("by", "series", "centre")
    found = rows.filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


@require_safe
@centre_page(REQUESTS_VIEW)
def receipt(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    submission = _submission(actor, reference)
    lines = lines_of(submission=submission, actor=actor)
    waiting = sum(line["waits"] for line in lines)
    context = {
        "nav": "results",
        "submission": submission,
        "lines": lines,
        "total": len(lines),
        "waiting": waiting,
        "promises": promises(lines),
        "charged": charged(submission),
    }
    return render(request, "postresults/receipt.html", context)


@require_safe
@centre_page(REQUESTS_VIEW)
def receipt_pdf(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    submission = _submission(actor, reference)
    content = render_pdf(template="requests", data=receipt_document(submission=submission, actor=actor))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{submission.reference}.pdf"'
    return response
