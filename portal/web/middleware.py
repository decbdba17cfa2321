"""Headers that every response carries, whatever made it."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render

from portal.errors import Refused
from portal.web.api import error_body
from portal.web.logs import request_id


class SecurityHeaders:
    """What Django's own security middleware does not set."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class KnownMethods:
    """A function view answers whatever method it is asked with, TRACE too; no page of ours has a use for others."""

    METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in self.METHODS:
            return HttpResponseNotAllowed(self.METHODS)
        return self.get_response(request)


class NoNulls:
    """A NUL never stands in an address of ours, and PostgreSQL refuses it as text: it is a bad request at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return self._refused(request)
        return self.get_response(request)

    def _refused(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return render(request, "400.html", status=400)
        said = error_body(status_code=400, code="address", detail="Leave the sign %00 out of the address.")
        return JsonResponse(said, status=400)


class Refusals:
    """A refusal that no page turned into its own words is still a sentence, never a fault of the server."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        return render(request, "409.html", {"refusal": exception.message}, status=409)


class RequestLines:
    """One line in the log for each request: its number, the page's name, the outcome and who asked, by numbers only.

    A number given by our own proxy is kept, so that its log and ours can be laid side by side.
    """

    log = logging.getLogger("portal.web.requests")
    # What nginx makes, or a UUID. Nothing freer: a caller could write a name into it.
    GIVEN = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        number = self._number(request)
        token = request_id.set(number)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = number
            self._tell(request, response, round((time.perf_counter() - started) * 1000))
        finally:
            request_id.reset(token)
        return response

    def _number(self, request: HttpRequest) -> str:
        given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXIES else ""
        return given if self.GIVEN.fullmatch(given) else uuid4().hex

    def _tell(self, request: HttpRequest, response: HttpResponse, milliseconds: int) -> None:
        told = {
            "method": request.method if request.method in KnownMethods.METHODS else "other",
            "route": request.resolver_match.view_name if request.resolver_match else "",
            "status": response.status_code,
            "milliseconds": milliseconds,
            "actor": _actor_id(request),
            "centre": _centre_number(request),
        }
        level = logging.ERROR if response.status_code >= 500 else logging.INFO
        self.log.log(level, "Request answered", extra={"told": told})


def _actor_id(request: HttpRequest) -> int | None:
    """The user, if the request has asked for one: a line in a log is no reason to ask the database."""
    user: Any = getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)


def _centre_number(request: HttpRequest) -> str | None:
    """The centre somebody was let into. What merely stands in an address may be anything."""
    centre = getattr(getattr(request, "actor", None), "centre", None)
    return getattr(centre, "number", None)
