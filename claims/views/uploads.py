"""Unit grades from a file."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from claims.actions.sheets import KIND
from portal.centres.access import centre_page
from portal.centres.rules import GRADES_ENTER
from portal.intake import views as pages
from portal.web.actor import Actor

PLACE = pages.Place(kind=KIND, nav="claims", room="claims", back="claims:tracker", back_words="Claims")


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(GRADES_ENTER)
def upload(request: HttpRequest, actor: Actor) -> HttpResponse:
    return pages.upload_page(request, actor, PLACE)


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(GRADES_ENTER)
def preview(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    return pages.preview_page(request, actor, PLACE, pk)


@require_safe
@centre_page(GRADES_ENTER)
def done(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    return pages.done_page(request, actor, PLACE, pk)


@require_safe
@centre_page(GRADES_ENTER)
def refused(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    return pages.refused_file(request, actor, PLACE, pk)
