"""What every page needs, whichever room made it."""

from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from portal import clock

# A room has an entry as soon as it has a page, for those who may open it: (key, words, url name, capability).
ROOMS = (
    ("home", "Home", "dashboard:home", "centre.home"),
    ("claims", "Claims", "claims:tracker", "claims.view"),
    ("results", "Results services", "postresults:results", "results.view"),
    ("appeals", "Appeals", "appeals:list", "appeals.view"),
    ("malpractice", "Malpractice", "malpractice:list", "malpractice.view"),
    ("learners", "Learners", "learners:list", "learners.view"),
    ("dates", "Dates", "deadlines:dates", ""),
    ("people", "People", "people:list", "people.view"),
)
FOOT = (
    ("Help and contact", "/help/"),
    ("How long we take", "/service/"),
    ("Service status", "/service/status/"),
    ("Accessibility", "/accessibility/"),
    ("Privacy", "/privacy/"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """The acting person and centre, the navigation, and when the page was made.

    `request.actor` is set by the centre pages, `request.unread_notices` by the room of the messages.
    """
    actor = getattr(request, "actor", None)
    centre = getattr(actor, "centre", None)
    return {
        "actor": actor,
        "rooms": _rooms(actor) if centre else [],
        "messages_url": _address("notices:inbox", centre),
        "centres_url": _address("dashboard:centres"),
        "account_url": _address("account:home"),
        "admin_url": _address("admin:index"),
        "sign_out_url": _address("account_logout"),
        "foot_links": _foot(settings.ROOT_URLCONF),
        "calendar_url": _address("deadlines:calendar", centre),
        "role_words": getattr(actor, "role_words", ""),
        "unread_notices": getattr(request, "unread_notices", None),
        "page_made_at": clock.now(),
        "is_demo": settings.DEMO,
    }


def _rooms(actor: Any) -> list[dict[str, str]]:
    open_rooms = []
    for key, words, url_name, capability in ROOMS:
        url = _address(url_name, actor.centre)
        if url and (not capability or actor.can(capability)):
            open_rooms.append({"key": key, "words": words, "url": url})
    return open_rooms


def _address(url_name: str, centre: Any = None) -> str:
    """The address of a page, or nothing while its room has none."""
    return _address_at(settings.ROOT_URLCONF, url_name, centre.number if centre else "")


@lru_cache(maxsize=10_000)
def _address_at(routes: str, url_name: str, number: str) -> str:
    """Every page names a dozen others, and the table of routes stands still while a process runs."""
    for kwargs in ({"number": number}, {}) if number else ({},):
        try:
            return reverse(url_name, kwargs=kwargs)
        except NoReverseMatch:
            continue
    return ""


@cache
def _foot(routes: str) -> list[tuple[str, str]]:
    return [(words, path) for words, path in FOOT if _exists(path)]


def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
