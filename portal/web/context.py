from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: the acting person and centre, the navigation, and when the page was made."""
    return {"actor": getattr(request, "actor", None)}
