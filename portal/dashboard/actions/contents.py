"""What a database holds, in numbers: read at the time of a backup, and again from what was restored."""

import json
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import identify_hasher, is_password_usable
from django.db.backends.base.base import BaseDatabaseWrapper

COMPLETE_KEYS = (
    "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated AND connamespace = %s::regnamespace"
)


def contents(connection: BaseDatabaseWrapper) -> dict[str, Any]:
    """Rows of every table (`tables`), the number of `foreign_keys`, and where each audit chain ends (`heads`)."""
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        return {
            "tables": {table: _rows(connection, cursor, table) for table in tables},
            "foreign_keys": _foreign_keys(connection, cursor, tables),
            "heads": _heads(cursor) if "audit_head" in tables else {},
        }


def _rows(connection: BaseDatabaseWrapper, cursor: Any, table: str) -> int:
    cursor.execute("SELECT count(*) FROM " + connection.ops.quote_name(table))  # noqa: S608  the database's own names
    return int(cursor.fetchone()[0])


def _foreign_keys(connection: BaseDatabaseWrapper, cursor: Any, tables: list[str]) -> int:
    """On PostgreSQL only keys against which every row was held count."""
    if connection.vendor == "postgresql":
        cursor.execute(COMPLETE_KEYS, ["public"])
        return int(cursor.fetchone()[0])
    return sum(len(connection.introspection.get_relations(cursor, table)) for table in tables)


def _heads(cursor: Any) -> dict[str, list[Any]]:
    cursor.execute("SELECT chain, seq, hash FROM audit_head")
    return {chain: [seq, end] for chain, seq, end in cursor.fetchall()}


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def read_manifest(dump: Path) -> Any:
    """The manifest beside a copy; None when there is none that can be read."""
    try:
        return json.loads(dump.with_suffix(".json").read_text())
    except (OSError, ValueError):
        return None


def readable_passwords(*, using: str) -> dict[str, int]:
    """How many stored passwords can be read, and how many cannot. People yet to choose one are left out."""
    tally = {"readable": 0, "unreadable": 0}
    stored = get_user_model()._default_manager.using(using).values_list("password", flat=True)
    for password in stored.iterator(chunk_size=2000):
        if is_password_usable(password):
            tally["readable" if _reads(password) else "unreadable"] += 1
    return tally


def _reads(password: str) -> bool:
    try:
        identify_hasher(password).decode(password)
    except Exception:  # whatever a library makes of rubbish, nobody signs in with it
        return False
    return True
