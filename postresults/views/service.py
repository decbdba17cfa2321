"""The published figures of our service, open to everybody."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import clock
from postresults.queries.service import SPAN, published
from postresults.rules.turnaround import SMALLEST

# In seconds. Whoever asks for the page again and again counts the year once a minute.
FRESH = 60


@login_not_required
@require_safe
def service(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    lines = cache.get_or_set(f"postresults.service:{clock.london_date(at)}", lambda: published(at=at), FRESH)
    context = {"lines": lines, "days": SPAN.days, "smallest": SMALLEST, "at": at}
    return render(request, "postresults/service.html", context)
