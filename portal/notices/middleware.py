from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from portal.notices.queries import unread_count


class Unread:
    """`request.unread_notices`: asked of the database only when the header of a centre's page shows it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def count() -> Any:
            actor = getattr(request, "actor", None)
            return unread_count(actor=actor) if actor and actor.centre else 0

        request.unread_notices = SimpleLazyObject(count)  # type: ignore[attr-defined]
        return self.get_response(request)
