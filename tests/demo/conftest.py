from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import clear_url_caches, set_urlconf

from portal.demo.actions import load
from portal.demo.actions.days import OPENED
from portal.demo.actions.people import make_people
from portal.demo.models import DemoMark

LOADED_AT = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)


@pytest.fixture
def demonstration(db: Any) -> None:
    """The whole demonstration, in a transaction of the test's own."""
    load(at=LOADED_AT)


@pytest.fixture
def people(db: Any) -> None:
    """The mark and everyone who can be chosen, without learners: quick."""
    DemoMark.objects.create(loaded_at=LOADED_AT)
    make_people(at=OPENED)


@pytest.fixture
def client() -> Client:
    """A browser on this machine."""
    return Client(HTTP_HOST="localhost:8000")


@pytest.fixture
def mail_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "MAIL_TRANSPORT", {"kind": "file", "folder": tmp_path})
    return tmp_path


@pytest.fixture
def routed_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Any]]:
    """Builds the routes again as a process with the settings of the moment would."""
    import importlib

    from portal import urls

    def rebuild() -> Any:
        clear_url_caches()
        set_urlconf(None)
        return importlib.reload(urls)

    yield rebuild
    monkeypatch.undo()
    rebuild()
