"""Whether what runs in this container does its work: `healthy.py web|worker|scheduler`. Exits 1 when it does not.

The web process is asked for /readyz. Worker and scheduler write signs of life into the database, which are read there.
Only the standard library and the database's driver are used: this runs every few seconds.
"""

import os
import sys
import urllib.error
import urllib.request

LATE = "2 minutes"  # as /readyz has it


def web() -> bool:
    """A host that the portal answers to must be named, and the redirect to https does not concern this page."""
    host = os.environ["PORTAL_ALLOWED_HOSTS"].split(",")[0].strip()
    port = os.environ.get("PORT") or "8000"
    request = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=4) as response:  # noqa: S310  the address stands above
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def lives(sweep: str) -> bool:
    import psycopg2

    try:
        connection = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=3)
    except psycopg2.OperationalError:
        return False
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT finished_at > now() - %s::interval FROM notices_heartbeat WHERE sweep = %s", [LATE, sweep]
        )
        return cursor.fetchone() == (True,)


if __name__ == "__main__":
    what = sys.argv[1]
    sys.exit(0 if (web() if what == "web" else lives(what)) else 1)
