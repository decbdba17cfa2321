"""How each database is copied out and put back: one class for each engine, with the same three verbs."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import DatabaseError, connection

from portal.dashboard.actions.contents import contents
from portal.errors import Refused

# What a broken copy makes these tools say may quote rows; this much of the last line names the trouble.
LONGEST_COMPLAINT = 200


class Unrestorable(Exception):
    """The copy cannot be put back; the words say what stopped it."""


class PostgreSQL:
    """pg_dump and pg_restore, in the custom format."""

    ending = "dump"

    def copy_out(self, target: Path) -> dict[str, Any]:
        """Write the copy; what it holds is counted in the very snapshot that is copied, so writers may go on."""
        reader = connection.copy()
        try:
            reader.set_autocommit(False)
            with reader.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                cursor.execute("SELECT pg_export_snapshot()")
                snapshot = cursor.fetchone()[0]
            self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
                      f"--file={target}", f"--dbname={_name()}")  # fmt: skip
            return contents(reader)
        finally:
            reader.close()

    @contextmanager
    def put_back(self, source: Path) -> Iterator[str]:
        """A scratch database made from the copy, gone afterwards. Gives its name."""
        scratch = f"portal_drill_{uuid4().hex[:12]}"
        self._run("createdb", "--maintenance-db=postgres", "--template=template0", "--encoding=UTF8", scratch)
        try:
            self._run(
                "pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={scratch}", str(source)
            )
            yield scratch
        finally:
            self._run("dropdb", "--maintenance-db=postgres", "--if-exists", "--force", scratch)

    def _run(self, tool: str, *arguments: str) -> None:
        path = shutil.which(tool)
        if path is None:
            raise Refused(f"{tool} is missing. On Debian: apt-get install -y postgresql-client")
        done = subprocess.run(  # noqa: S603  the tool is ours and no shell reads the arguments
            [path, *arguments], env={**os.environ, **_place()}, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines() or ["it gave no reason"]
            raise Unrestorable(f"{tool} stopped: {lines[0][:LONGEST_COMPLAINT]}")


class SQLite:
    """SQLite's own backup, page by page."""

    ending = "sqlite3"

    def copy_out(self, target: Path) -> dict[str, Any]:
        if connection.is_in_memory_db():  # type: ignore[attr-defined]
            raise Refused("A database in memory has nothing that could be copied. Set DATABASE_URL to a file.")
        with closing(sqlite3.connect(_name())) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        reader = connection.copy()
        reader.settings_dict["NAME"] = str(target)
        try:
            return contents(reader)
        finally:
            # Back to one file: what a write-ahead log beside it holds would be missing from the copy.
            with reader.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=DELETE")
            reader.close()

    @contextmanager
    def put_back(self, source: Path) -> Iterator[str]:
        scratch = source.with_name(f".portal_drill_{uuid4().hex[:12]}")
        scratch.mkdir()
        try:
            place = scratch / "portal.sqlite3"
            shutil.copyfile(source, place)
            self._check(place)
            yield str(place)
        finally:
            shutil.rmtree(scratch)

    def _check(self, place: Path) -> None:
        """Asked through Django's connection: constraints use functions that only it knows."""
        restored = connection.copy()
        restored.settings_dict["NAME"] = str(place)
        try:
            with restored.cursor() as cursor:
                cursor.execute("PRAGMA integrity_check")
                found = cursor.fetchone()[0]
        except DatabaseError as error:
            raise Unrestorable(f"SQLite stopped: {error}") from error
        finally:
            restored.close()
        if found != "ok":
            raise Unrestorable("SQLite finds the file damaged.")


Engine = PostgreSQL | SQLite


def engine() -> Engine:
    """The engine of the database this portal runs on."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _place() -> dict[str, str]:
    """Where the server is, as PostgreSQL's own tools read it: a password stands in no list of processes."""
    held = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    return {name: str(held[key]) for name, key in names.items() if held.get(key)}
