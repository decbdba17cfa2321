"""The public page that proves a document."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.files.queries import verification


@login_not_required
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a document is ours, of which date, and whether it still stands. It names nobody."""
    found = verification(code)
    return render(request, "files/verify.html", {"found": found}, status=200 if found else 404)
