"""The web process. It refuses a database that holds a demonstration, unless it is one."""

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
_django = get_wsgi_application()


def _demonstration_refused() -> bool:
    """Raises on a marked database. False while none can be reached: then it is asked again before anything is read."""
    from portal.demo.queries import refuse_marked_database

    try:
        refuse_marked_database()
    except OperationalError:
        return False
    return True


_checked = _demonstration_refused()
# What is loaded stays: the garbage collector need not walk through it again whenever a request makes many rows.
gc.freeze()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    global _checked
    _checked = _checked or _demonstration_refused()
    return _django(environ, start_response)
