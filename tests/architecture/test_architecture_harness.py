"""The suite's own ground: what it writes is its own, and parallel workers do not meet."""

import os
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from tests.architecture.source import ROOT


def test_nothing_of_the_suite_lies_in_the_tree(db):
    folder = settings.MAIL_TRANSPORT["folder"]
    assert ROOT not in folder.parents
    assert str(ROOT) not in str(connection.settings_dict["NAME"])


def test_each_worker_has_a_redis_database_of_its_own():
    """Emptying one worker's cache must not open another's lockouts."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 2
    assert settings.EMBEDDED or urlsplit(settings.REDIS_URL).path == f"/{number}"
