"""What the API says of itself: the schema, our own page made from it, and the answer where nothing is."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import render
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import queries
from portal.hooks.rules.samples import documentation
from portal.people.api import TokenAuthentication, TokenView
from portal.people.rules import OFFERED


@extend_schema(exclude=True)
class SchemaView(TokenView):
    """The OpenAPI document, for every session and every token."""

    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated]

    def get(self, request: Request) -> Response:
        return Response(queries.schema())


@extend_schema(exclude=True)
class DocsView(TokenView):
    """The same for people. Somebody without a session or token is asked to sign in."""

    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes: list[Any] = []

    def get(self, request: Request) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        page = {
            "operations": queries.operations(),
            "scopes": OFFERED.items(),
            "base_url": settings.BASE_URL,
            "calls_a_minute": settings.API_CALLS_A_MINUTE,
            "webhooks": documentation(),
        }
        if request.auth is not None:
            request._request.user = AnonymousUser()  # a program is nobody to the page's header
        return render(request._request, "api/docs.html", page)


@extend_schema(exclude=True)
class NowhereView(TokenView):
    """An address that leads nowhere is answered in the form of the API, and only to those who may ask."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404
