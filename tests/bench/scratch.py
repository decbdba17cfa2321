"""Django on a scratch database, and the national rows in it. Nothing of the portal is imported before that."""

import gc
import logging
import os
import time

import django

from tests.bench import database
from tests.bench.sizes import Size


def set_up(url: str, *, suffix: str) -> None:
    """Django on the scratch database, on a day before the claims date. No statement is cut off."""
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        del os.environ[name]
    os.environ.update(
        PORTAL_DEMO="1",
        PORTAL_TODAY="2024-06-28",
        PORTAL_STATEMENT_SECONDS="0",
        DATABASE_URL=database.scratch_url(url, suffix),
        DJANGO_SETTINGS_MODULE="portal.settings",
    )
    os.environ.pop("REDIS_URL", None)


def fill(url: str, size: Size) -> None:
    """The national rows, unless they stand from an earlier run."""
    scratch, mark = os.environ["DATABASE_URL"], database.mark_of(size)
    if database.created(scratch, beside=url) or database.mark_in(scratch) != mark:
        started = time.monotonic()
        print(f"Making {size.registrations:,} registrations …", flush=True)
        database.created(scratch, beside=url, anew=True)
        _make(size)
        database.set_mark(scratch, mark)
        print(f"… in {time.monotonic() - started:.0f} seconds.", flush=True)
    else:
        _django()


def _django() -> None:
    django.setup()
    logging.getLogger().setLevel(logging.ERROR)
    # As the web process does.
    gc.freeze()


def _make(size: Size) -> None:
    _django()
    from django.core.management import call_command
    from django.db import connection

    from tests.bench import national

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    national.make(size)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
