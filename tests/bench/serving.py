"""Web servers of a run, and a client that asks them for pages over several connections at once."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from tests.jobs.processes import ROOT, free_port

CONNECTIONS = 8
WORKERS = 2


@dataclass(frozen=True)
class Page:
    """What to ask for, and as whom."""

    path: str
    cookie: str = ""

    def request(self, port: int) -> bytes:
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        return f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{cookie}Connection: close\r\n\r\n".encode()


@dataclass(frozen=True)
class Server:
    """gunicorn with two workers of one application, on one database."""

    port: int
    process: "subprocess.Popen[bytes]"
    database: str

    def pids(self) -> list[int]:
        """Its workers, and every process that serves a connection to its database."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        workers = [int(pid) for pid in children.read_text().split()] if children.exists() else []
        return workers + backends(self.database)

    def ask(self, pages: Sequence[Page], times: int) -> dict[str, str]:
        """Ask for pages in turn, so many in all, over eight connections; the last answer of each by path."""
        wanted = [pages[number % len(pages)] for number in range(times)]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            answers = list(pool.map(self._answer, wanted))
        return {page.path: text for page, text in zip(wanted, answers, strict=True)}

    def _answer(self, page: Page) -> str:
        with socket.create_connection(("127.0.0.1", self.port)) as sock:
            sock.sendall(page.request(self.port))
            parts = []
            while part := sock.recv(1 << 20):
                parts.append(part)
        head, _, body = b"".join(parts).partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{page.path}: {head.splitlines()[0].decode()}")
        return body.decode()


def backends(url: str) -> list[int]:
    """The database's processes for connections to one database."""
    if not url.startswith("postgres"):
        return []
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            return [pid for (pid,) in cursor.fetchall()]
    finally:
        connection.close()


@contextmanager
def served(application: str, *, database: str, probe: Page, **variables: str) -> Iterator[Server]:
    """A server for the length of the block, warmed up."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]
    command += ["--timeout", "300", "--no-control-socket", "--log-level", "error"]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DJANGO_"))}
    process = subprocess.Popen(command, cwd=ROOT, env={**inherited, "DATABASE_URL": database, **variables})
    try:
        server = Server(port, process, database)
        _wait(server, probe)
        yield server
    finally:
        process.terminate()
        process.wait()


def _wait(server: Server, probe: Page) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            server.ask([probe], 2 * WORKERS)
            return
        except (OSError, IndexError):
            if server.process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.2)
