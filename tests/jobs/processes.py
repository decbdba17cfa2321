"""The portal's other processes, as `make run` starts them, on the test's own database."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PORTAL_SECRET_KEY": "a-key-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
    "PORTAL_FIELD_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "PORTAL_ALLOWED_HOSTS": "exams.example.org",
    "PORTAL_BASE_URL": "https://exams.example.org",
}


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def database_url():
    """The test database, as another process is told of it."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    place = f"{held['HOST'] or 'localhost'}:{held['PORT'] or 5432}/{held['NAME']}"
    return f"postgres://{held['USER']}:{held['PASSWORD']}@{place}"


def started(arguments, **variables):
    """A process of the portal that knows only these variables of the portal's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**inherited, "DATABASE_URL": database_url(), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def stopped(process):
    """Ask it to end, insist after a while, and return what it said."""
    process.send_signal(signal.SIGTERM)
    try:
        return process.communicate(timeout=30)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]


def eventually(true, *, seconds):
    """Wait until something holds; whether it did."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.2)
    return False


class Redis:
    """A Redis of the test's own, which it may wipe or kill."""

    def __init__(self):
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self):
        command = [shutil.which("redis-server"), "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self):
        self.process.kill()
        self.process.wait()
