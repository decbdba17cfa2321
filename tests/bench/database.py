"""A scratch database of the benchmarks' own, beside the one that DATABASE_URL names, filled once and used again."""

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from tests.bench.sizes import Size

_FOLDER = Path(__file__).resolve().parent


def scratch_url(url: str, suffix: str) -> str:
    """The address of the scratch database beside another: its name with a suffix."""
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path}_{suffix}").geturl()


def created(url: str, *, beside: str, anew: bool = False) -> bool:
    """Make a database if it is missing, or make it anew; whether it was made."""
    name = urlsplit(url).path.lstrip("/")
    with _connected(beside) as cursor:
        if anew:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone():
            return False
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
        return True


class _connected:
    """A cursor outside any transaction, as CREATE DATABASE wants it."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg2.connect(url)
        self.connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)

    def __enter__(self) -> "psycopg2.extensions.cursor":
        return self.connection.cursor()

    def __exit__(self, *_: object) -> None:
        self.connection.close()


def mark_of(size: Size) -> str:
    """Names the rows: what makes them, how many, and the migrations and data files they stand on."""
    digest = hashlib.sha256(repr((size.centres, size.registrations, size.file_rows)).encode())
    root = _FOLDER.parents[1]
    stands_on = [
        _FOLDER / "national.py",
        _FOLDER / "roll.py",
        _FOLDER / "fill.py",
        *root.glob("portal/catalogue/data/*"),
        *root.glob("deadlines/data/*"),
    ]
    for path in sorted(path for path in stands_on if path.is_file()):
        digest.update(path.read_bytes())
    rooms = sorted(path.name for path in root.glob("*/**/migrations/0*.py") if ".venv" not in path.parts)
    digest.update("".join(rooms).encode())
    return digest.hexdigest()[:20]


def mark_in(url: str) -> str:
    """The mark of the rows that a database holds; "" when it holds none."""
    try:
        with _connected(url) as cursor:
            cursor.execute("SELECT obj_description(oid, 'pg_class') FROM pg_class WHERE relname = 'claims_readiness'")
            row = cursor.fetchone()
    except psycopg2.OperationalError:
        return ""
    return (row and row[0]) or ""


def set_mark(url: str, mark: str) -> None:
    """To be called when the rows are whole."""
    with _connected(url) as cursor:
        cursor.execute("COMMENT ON TABLE claims_readiness IS %s", [mark])


def version_words(url: str) -> str:
    """“PostgreSQL 15.8”."""
    with _connected(url) as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone() or ("",)
    return f"PostgreSQL {version.split()[0]}"
