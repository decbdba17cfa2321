"""What the API says of itself: the schema, our own page made from it, and the answer where nothing is."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api import queries
from portal.api.access import open_words, words_are_open
from portal.api.forms import TokenForm
from portal.hooks.rules.samples import documentation
from portal.people.api import NOT_VALID, TokenAuthentication, TokenView, program_of
from portal.people.rules import OFFERED


class ReadsWords(BasePermission):
    """A session, a token, or a browser that has shown one."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return words_are_open(request, wall=clock.wall())


@extend_schema(exclude=True)
class SchemaView(TokenView):
    """The OpenAPI document, for every session and every token."""

    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes = [ReadsWords]

    def get(self, request: Request) -> Response:
        return Response(queries.schema())


@extend_schema(exclude=True)
class DocsView(TokenView):
    """The same for people. Somebody without a session or token is asked for either."""

    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes: list[Any] = []

    def get(self, request: Request) -> HttpResponse:
        if not words_are_open(request, wall=clock.wall()):
            return _door(request._request, TokenForm())
        page = {
            "operations": queries.operations(),
            "scopes": OFFERED.items(),
            "base_url": settings.BASE_URL,
            "calls_a_minute": settings.API_CALLS_A_MINUTE,
            "webhooks": documentation(),
            "demo": settings.DEMO,
        }
        if request.auth is not None:
            request._request.user = AnonymousUser()  # a program is nobody to the page's header
        return render(request._request, "api/docs.html", page)


@login_not_required
@sensitive_post_parameters("token")
@require_POST
def show_token(request: HttpRequest) -> HttpResponse:
    """A token from the form of the documentation: in the body alone, so that no address or log has it."""
    form = TokenForm(request.POST)
    if form.is_valid() and program_of(form.cleaned_data["token"].strip()) is None:
        form.add_error("token", NOT_VALID)
    if not form.is_valid():
        return _door(request, form)
    open_words(request, wall=clock.wall())
    return redirect("api:docs")


def _door(request: HttpRequest, form: TokenForm) -> HttpResponse:
    """Where an unsigned reader lands: refused, with both ways in."""
    request.user = AnonymousUser()  # whoever asks with a token is nobody to the page's header
    page = {"form": form, "base_url": settings.BASE_URL}
    return render(request, "api/door.html", page, status=401)


@extend_schema(exclude=True)
class NowhereView(TokenView):
    """An address that leads nowhere is answered in the form of the API, and only to those who may ask."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404
