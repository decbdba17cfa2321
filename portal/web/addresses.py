"""Addresses in numbers: working one out from the table of routes costs more than the rest of a row."""

from collections.abc import Callable
from urllib.parse import quote

from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS

_BLANK = "0-blank-0"
# As `reverse` leaves them.
_SAFE = RFC3986_SUBDELIMS + "/~:@"


def addresses(url_name: str, *, blank: str, **known: str) -> Callable[[str], str]:
    """The addresses of the rows of a list, by what fills the one blank that differs between them.

    `addresses("claims:registration", blank="registration", number="12345")("AB00012")` is what `reverse` says with
    both; the table of routes is asked once.
    """
    before, after = reverse(url_name, kwargs={**known, blank: _BLANK}).split(_BLANK)
    return lambda value: f"{before}{quote(value, safe=_SAFE)}{after}"
