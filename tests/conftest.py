"""What every test stands on: the demo's settings, an own database and own folders, and honest skipping."""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.machine import chromium

# Objects come and go by the thousand here; looking for cycles among every few hundred of them costs time for nothing.
gc.set_threshold(100_000, 50, 50)

# The suite listens to two variables only, DATABASE_URL and REDIS_URL; a developer's others must not sway it.
SCRATCH = Path(tempfile.mkdtemp(prefix="exams-office-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith("PORTAL_")]:
    del os.environ[_name]
os.environ.update(
    PORTAL_DEMO="1",
    PORTAL_TODAY="2024-06-28",
    EMAIL_URL=f"file://{SCRATCH / 'mail'}",
    DJANGO_SETTINGS_MODULE="portal.settings",
)
os.environ.pop("PORT", None)
# Not even by mistake does a test meet the developer's own rows.
os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL") or f"sqlite:///{SCRATCH / 'unused.sqlite3'}"
if os.environ.get("REDIS_URL"):
    # Each worker has a Redis database of its own, so that their rate limits and caches do not meet.
    _worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{int(_worker) + 2}").geturl()

import django  # noqa: E402  settings are read when Django is set up, so the lines above come first
import django.db  # noqa: E402
import django.test  # noqa: E402
from django.conf import settings  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

django.setup()
# Workers inherit this environment; with the name in it their settings would be read before the lines above.
del os.environ["DJANGO_SETTINGS_MODULE"]


def reasons_to_skip() -> dict[str, str]:
    """Marker to reason, for what this machine or run cannot do."""
    reasons = {}
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        reasons["postgres"] = "needs PostgreSQL: set DATABASE_URL"
    if settings.EMBEDDED:
        reasons["redis"] = "needs Redis: set REDIS_URL"
    if chromium() is None:
        reasons["browser"] = "needs a browser: apt-get install -y chromium"
    return reasons


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--strict-skips", action="store_true", help="a skipped test is a failure")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reasons = reasons_to_skip()
    for item in items:
        for marker, reason in reasons.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say plainly what did not run, and why."""
    counts: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        counts[reason] = counts.get(reason, 0) + 1
    for reason, count in sorted(counts.items()):
        terminalreporter.write_line(f"NOT RUN: {count} tests. {reason.removeprefix('Skipped: ')}", yellow=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("strict_skips") and reporter and reporter.stats.get("skipped"):
        reporter.write_line("\nTests were skipped, and --strict-skips allows none.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, worker_id: str) -> None:
    """On SQLite the tests use a file, as the demo does: threads and the live server then see what a process sees."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(SCRATCH / f"{worker_id}.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """pytest-django makes a database only for marked tests; some worlds here are made once for many tests."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=set())
        if django.db.connection.vendor == "postgresql":
            with django.db.connection.cursor() as cursor:
                # Tests that commit empty every table afterwards, which the audit's truncate trigger rightly refuses.
                cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_truncate")
    yield
    with django_db_blocker.unblock():
        _end_other_sessions()
        teardown_databases(made, verbosity=0)


def _end_other_sessions() -> None:
    """Threads of a live server or a race may still hold a connection, and PostgreSQL drops no database in use."""
    if django.db.connection.vendor == "postgresql":
        with django.db.connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session", autouse=True)
def own_folders() -> Iterator[None]:
    """Files go to a scratch folder; static files come from their sources, so no manifest need stand."""
    folder = SCRATCH / "static"
    folder.mkdir(exist_ok=True)
    stores = {
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": SCRATCH / "files"}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with django.test.override_settings(STORAGES=stores, STATIC_ROOT=folder):
        yield


@pytest.fixture(autouse=True)
def own_cache() -> Iterator[None]:
    """Every test starts with nothing cached: neither Redis nor the cache's table is rolled back with the rows."""
    default = {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}
    with django.test.override_settings(CACHES={"default": default}):
        yield
