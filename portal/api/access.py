"""Who may read what the API says of itself: every session, every token, and a browser that has shown a token."""

from datetime import datetime, timedelta

from django.http import HttpRequest

OPEN_FOR = timedelta(hours=1)
_UNTIL = "api_words_until"


def open_words(request: HttpRequest, *, wall: datetime) -> None:
    """A token was shown: this browser may read the words of the API for an hour of real time, and nothing else.

    The session keeps that it was shown, not the token.
    """
    request.session.cycle_key()
    request.session[_UNTIL] = (wall + OPEN_FOR).timestamp()


def words_are_open(request: HttpRequest, *, wall: datetime) -> bool:
    """Whether this request may read them."""
    return request.user.is_authenticated or request.session.get(_UNTIL, 0) > wall.timestamp()
