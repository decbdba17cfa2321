"""What the health pages of a real web process say while something it needs is really gone."""

import http.client
import json
import socket
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from portal import clock
from portal.notices.actions import Letter, beat, deliver, queue_many
from portal.notices.models import Notice
from tests.jobs.processes import PRODUCTION, Redis, database_url, eventually, free_port, started, stopped

pytestmark = pytest.mark.django_db(transaction=True)


class Cable:
    """The way to the database, which the test may cut."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.ends = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            far = socket.create_connection(self.target)
            self.ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one, other):
        try:
            while data := one.recv(65536):
                other.sendall(data)
        except OSError:
            pass

    def cut(self):
        for end in (self.listener, *self.ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture
def cable():
    held = connection.settings_dict
    cable = Cable(held["HOST"] or "localhost", int(held["PORT"] or 5432))
    yield cable
    cable.cut()


@pytest.fixture
def broker():
    server = Redis()
    yield server
    server.kill()


@pytest.fixture
def ask(cable, broker):
    """Asks the real web process, as its proxy would."""
    port = free_port()
    held = connection.settings_dict
    place = f"{held['HOST'] or 'localhost'}:{held['PORT'] or 5432}"
    variables = {
        **PRODUCTION,
        "PORTAL_TRUSTED_PROXIES": "1",
        "DATABASE_URL": database_url().replace(place, f"127.0.0.1:{cable.port}"),
        "REDIS_URL": broker.url,
    }
    process = started(["-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1"], **variables)

    def get(path):
        caller = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        caller.request("GET", path, headers={"Host": "exams.example.org", "X-Forwarded-Proto": "https"})
        answer = caller.getresponse()
        return answer.status, json.loads(answer.read())

    def answers():
        try:
            return get("/healthz")[0] == 200
        except OSError:
            return False

    assert eventually(answers, seconds=60)
    yield get
    stopped(process)


@pytest.mark.postgres
@pytest.mark.redis
def test_each_loss_is_told_and_nothing_else_is_called_lost(ask, cable, broker):
    wall = clock.wall()
    beat(sweep="worker", at=wall)
    beat(sweep="scheduler", at=wall)
    everything = {"broker": "ok", "worker": "ok", "scheduler": "ok"}
    assert ask("/readyz") == (200, {"status": "ok", "database": "ok", "migrations": "ok", **everything})
    assert ask("/status")[1]["status"] == "ok"

    broker.kill()
    assert ask("/readyz")[0] == 200
    status = ask("/status")[1]
    assert {name: status[name] for name in ("status", "broker", "worker", "mail")} == {
        "status": "late",
        "broker": "late",
        "worker": "ok",
        "mail": "ok",
    }

    cable.cut()
    assert ask("/healthz") == (200, {"status": "ok"})
    code, state = ask("/readyz")
    assert (code, state["status"], state["database"]) == (503, "unavailable", "down")
    assert ask("/status") == (503, {"status": "unavailable"})


@pytest.mark.parametrize("silent", ["worker", "scheduler"])
def test_a_silent_process_is_late(client, silent):
    wall = clock.wall()
    for name in ("worker", "scheduler"):
        beat(sweep=name, at=wall - timedelta(minutes=3 if name == silent else 0))
    told = client.get("/status").json()
    assert told["status"] == "late"
    assert {name for name in ("worker", "scheduler", "mail") if told[name] == "late"} == {silent}


def test_mail_that_a_server_refuses_waits_and_is_told(client, settings):
    settings.MAIL_TRANSPORT = {
        "kind": "smtp", "host": "127.0.0.1", "port": free_port(), "username": "", "password": "", "use_ssl": False,
    }  # fmt: skip
    queue_many([Letter("security", "k", "p@x.example", "test", {"count": 3, "by": "5 July"})], at=clock.now())
    wall = clock.wall()
    assert deliver(at=wall)["left"] == 1
    assert client.get("/status").json()["mail"] == "ok"
    Notice.objects.update(waiting_since=wall - timedelta(minutes=6))
    assert client.get("/status").json()["mail"] == "late"


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("name", "limit"),
    [("statement_timeout", "1min"), ("lock_timeout", "30s"), ("idle_in_transaction_session_timeout", "2min")],
)
def test_no_wait_for_the_database_is_without_end(name, limit):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        assert cursor.fetchone() == (limit,)
    assert settings.DATABASES["default"]["OPTIONS"]["connect_timeout"] == 5
