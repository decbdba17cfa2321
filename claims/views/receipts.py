"""The receipt, its PDF, and undoing it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from claims.actions import undo_submission
from claims.models import Submission
from claims.queries.dates import first_day
from claims.queries.files import file_of
from claims.queries.receipts import lateness, programmes, receipt_document, undo_state, what_next
from claims.queries.tracker import counts
from deadlines.queries import explain_key_date
from portal.centres.access import centre_page
from portal.centres.rules import CLAIMS_MAKE, CLAIMS_VIEW
from portal.errors import Refused
from portal.files.rules.pdf import render as render_pdf
from portal.web.actor import Actor
from portal.web.words import count


def _submission(actor: Actor, reference: str) -> Submission:
    found = Submission.objects.visible_to(actor).select_related("by", "series", "centre").filter(reference=reference)
    submission = found.first()
    if submission is None:
        raise Http404
    return submission


@require_safe
@centre_page(CLAIMS_VIEW)
def receipt(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    submission = _submission(actor, reference)
    lines = programmes(submission)
    context = {
        "nav": "claims",
        "submission": submission,
        "total": sum(line["count"] for line in lines),
        "programmes": lines,
        "next": what_next(submission, lines),
        "lateness": lateness(submission),
        "file": file_of(submission),
        "undo": undo_state(submission, at=actor.at),
        "may_undo": actor.can(CLAIMS_MAKE),
        "still": counts(actor=actor, series=submission.series),
        "due": explain_key_date(key_date=first_day(submission.series), as_of=actor.at),
    }
    return render(request, "claims/receipt.html", context)


@require_safe
@centre_page(CLAIMS_VIEW)
def receipt_pdf(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    submission = _submission(actor, reference)
    response = HttpResponse(
        render_pdf(template="receipt", data=receipt_document(submission)), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'attachment; filename="{submission.reference}.pdf"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(CLAIMS_MAKE)
def undo(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    submission = _submission(actor, reference)
    context: dict[str, Any] = {"nav": "claims", "submission": submission, "refusal": ""}
    if request.method == "POST":
        try:
            undo_submission(submission=submission, by=actor.user, at=actor.at)
        except Refused as refusal:
            context["refusal"] = refusal.message
        else:
            messages.success(request, "The claims are undone. The learners are ready to claim again.")
            return redirect("claims:tracker", number=actor.centre.number)
    context["total"] = submission.claims.count()
    context["words"] = count(context["total"], "claim")
    context["undo"] = undo_state(submission, at=actor.at)
    kinds = submission.claims.values_list("kind", flat=True).distinct()
    context["due"] = explain_key_date(key_date=first_day(submission.series, kinds), as_of=actor.at)
    return render(request, "claims/undo.html", context, status=409 if context["refusal"] else 200)
