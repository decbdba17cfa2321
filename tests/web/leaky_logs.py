"""Routes that fail as real ones might: the fault quotes a row, or a caller."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.urls import path

from portal.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]
CANARIES = ("Zebedee", "zebedee@canary.example", "9876543210", "canary-search")


@login_not_required
def fails(request, name=""):
    try:
        raise KeyError(CANARIES[2])
    except KeyError as error:
        raise ValueError(f"Key (uln, name)=({CANARIES[2]}, {CANARIES[0]}) already exists.") from error


@login_not_required
def suspects(request):
    raise SuspiciousOperation(f"{CANARIES[1]} sent {request.get_full_path()}")


@login_not_required
def speaks(request):
    logging.getLogger("some.library").warning(f"Mail to {CANARIES[1]} was refused")
    logging.getLogger("claims.views").warning("Mail to %s waits for %d minutes", CANARIES[0], 5)
    logging.getLogger("portal.audit.tasks").error(
        "Audit chain %(chain)s: %(who)s", {"chain": "12345", "who": CANARIES[0]}
    )
    return fails(request)


urlpatterns = [
    path("fails/<str:name>/", fails, name="fails"),
    path("suspects/", suspects, name="suspects"),
    path("speaks/", speaks, name="speaks"),
    *urlpatterns,
]
