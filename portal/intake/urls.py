"""The addresses of one sheet's pages, for a room to put among its own."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from portal.centres.access import centre_page
from portal.intake import views
from portal.intake.kinds import sheet
from portal.intake.views import Place
from portal.web.actor import Actor

_READ = ("GET", "HEAD")
_ACT = (*_READ, "POST")


def file_urls(place: Place, *, capability: str, at: str) -> list[URLPattern]:
    """Choosing a file, looking at it, what it did, its refused rows, and an empty one, under `at` behind one door."""
    name = sheet(place.kind).url_name.partition(":")[2]
    page = partial(_page, place, capability)
    return [
        path(at, page(views.upload_page, _ACT), name=name),
        path(f"{at}template.xlsx", page(views.template_file, _READ), name=f"{name}-template"),
        path(f"{at}<int:pk>/", page(views.preview_page, _ACT), name=f"{name}-preview"),
        path(f"{at}<int:pk>/done/", page(views.done_page, _READ), name=f"{name}-done"),
        path(f"{at}<int:pk>/refused.csv", page(views.refused_file, _READ), name=f"{name}-refused"),
    ]


def _page(place: Place, capability: str, view: Callable[..., HttpResponse], methods: tuple[str, ...]) -> Any:
    def shown(request: HttpRequest, actor: Actor, **kwargs: Any) -> HttpResponse:
        return view(request, actor, place, **kwargs)

    return require_http_methods(methods)(centre_page(capability)(shown))
