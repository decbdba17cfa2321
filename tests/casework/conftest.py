from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path

from portal.casework import kinds
from tests.factories.casework import TRIAL, Matter


def page(request, number, reference):
    return HttpResponse(reference)


urlpatterns = [
    path("c/<str:number>/trials/<str:reference>/", page, name="casework_trial"),
    path("", include("portal.urls")),
]


@pytest.fixture(autouse=True)
def trial() -> Iterator[None]:
    """The kind of these tests, with its page, for as long as a test runs."""
    kinds.register(TRIAL)
    with override_settings(ROOT_URLCONF="tests.casework.conftest"):
        yield
    kinds.unregister(TRIAL.key)


@pytest.fixture
def matter(db) -> Matter:
    return Matter()
