"""A secret on its way from the request that made it to the page that shows it, once: kept sealed in the session.

The answer to a form leads on to a page, so that loading the page again makes nothing a second time.
"""

from django.conf import settings
from django.http import HttpRequest

from portal.web.sealing import sealed, unsealed

_KEPT = "shown_once"


def show_once(request: HttpRequest, about: str, secret: str) -> None:
    """Keep a secret for the next page that asks for it by the same words."""
    request.session[_KEPT] = {"about": about, "sealed": sealed(secret, keys=settings.FIELD_KEYS)}


def shown_once(request: HttpRequest, about: str) -> str:
    """The secret that waits for this page, forgotten by that; "" when there is none."""
    if request.session.get(_KEPT, {}).get("about") != about:
        return ""
    return unsealed(request.session.pop(_KEPT)["sealed"], keys=settings.FIELD_KEYS)
