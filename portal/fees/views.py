"""What a centre was charged, what fell away, and its invoices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.centres.access import centre_page
from portal.centres.rules import REQUESTS_VIEW
from portal.fees.models import FeeLine
from portal.fees.queries import fee_lines, total
from portal.fees.queries.lines import ORDER, invoices
from portal.web.actor import Actor
from portal.web.pages import keyset


@require_safe
@centre_page(REQUESTS_VIEW)
def fees(request: HttpRequest, actor: Actor) -> HttpResponse:
    page = keyset(
        fee_lines(actor=actor),
        order=ORDER,
        anchors=FeeLine.objects.visible_to(actor),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    context = {
        "nav": "results",
        "lines": page.rows,
        "total": total(actor=actor),
        "invoices": invoices(actor=actor),
        "page": {
            "next_url": f"?after={page.next}" if page.next else "",
            "previous_url": f"?before={page.previous}" if page.previous else "",
        },
    }
    return render(request, "fees/list.html", context)
