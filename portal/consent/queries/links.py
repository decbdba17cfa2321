"""Where a learner's page is."""

from django.conf import settings
from django.urls import reverse

from portal.consent.models import Consent
from portal.web.sealing import unsealed


def link(token: str) -> str:
    """The absolute address of a learner's page."""
    return settings.BASE_URL + reverse("consent:answer", kwargs={"token": token})


def sheet_link(consent: Consent) -> str:
    """The address in the code on a sheet, while the question is open; "" afterwards."""
    token = unsealed(consent.sealed, keys=settings.FIELD_KEYS) if consent.sealed else ""
    return link(token) if token else ""
