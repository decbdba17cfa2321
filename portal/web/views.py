"""Pages that belong to no room: help and statements, the style guide, and what is said when a request fails."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from portal.web import samples

# --- what is said when a request fails ---


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same bytes for what belongs to another centre and for what never existed: nothing of the request is shown."""
    return HttpResponse(render_to_string("404.html"), status=404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Says that it failed without asking the database, the session or the clock for anything."""
    return HttpResponse(render_to_string("500.html"), status=500)


# --- pages without a room ---


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "web/help.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "web/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "web/privacy.html")


@login_not_required
@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component with fixed examples: what the page's templates may be copied from."""
    return render(request, "web/style_guide.html", samples.everything())
