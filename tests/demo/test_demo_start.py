"""With PORTAL_DEMO unset, no process starts on a marked database. Each is really started."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PORTAL_SECRET_KEY": "".join(chr(33 + n % 90) for n in range(70)),
    "PORTAL_FIELD_KEYS": "A" * 43 + "=",
    "PORTAL_ALLOWED_HOSTS": "portal.example",
    "PORTAL_BASE_URL": "https://portal.example",
    "EMAIL_URL": "smtp://127.0.0.1:2525",
}
BIN = Path(sys.executable).parent
COMMANDS = {
    "web": [BIN / "gunicorn", "--check-config", "portal.wsgi"],
    "worker": [BIN / "celery", "--app", "portal", "worker", "--concurrency", "1"],
    "scheduler": [BIN / "celery", "--app", "portal", "beat", "--pidfile="],
}


def start(process: str, database: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    # beat removes a schedule file that it cannot read, so it gets one of its own and never a device.
    own = ["--schedule", database.parent / "beat"] if process == "scheduler" else []
    return subprocess.run(
        [*COMMANDS[process], *own],
        cwd=HOUSE,
        env={**others, "DATABASE_URL": f"sqlite:///{database}", "REDIS_URL": "", **environment},
        capture_output=True,
        text=True,
        timeout=90,
    )


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "portal.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE demo_demomark (id integer PRIMARY KEY, loaded_at text)")
    return path


def mark(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("INSERT INTO demo_demomark VALUES (1, '2026-01-05 10:00:00')")


@pytest.mark.parametrize("process", COMMANDS)
def test_a_real_portal_does_not_start_on_a_demonstration(process, database):
    mark(database)
    refused = start(process, database, **PRODUCTION)
    assert refused.returncode != 0
    assert "This database holds a demonstration" in refused.stderr


def test_anything_else_starts(database):
    assert start("web", database, **PRODUCTION).returncode == 0
    mark(database)
    assert start("web", database, PORTAL_DEMO="1").returncode == 0
