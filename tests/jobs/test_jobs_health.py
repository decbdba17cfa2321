from datetime import timedelta

import pytest
from django.db import connection

from portal import clock
from portal.dashboard.views import health
from portal.notices.actions import Letter, beat, queue_many
from portal.notices.models import Notice


def test_alive_asks_nothing_else(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_tells_how_worker_and_scheduler_are_and_stays_ready_without_them(client):
    wall = clock.wall()
    beat(sweep="worker", at=wall - timedelta(minutes=3))
    beat(sweep="scheduler", at=wall)
    response = client.get("/readyz")
    state = response.json()
    assert response.status_code == 200
    assert state.pop("broker") in ("ok", "late")
    assert state == {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "worker": "late",
        "scheduler": "ok",
    }


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'audit' AND name LIKE '0002%%'")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["migrations"]) == (503, "pending")


@pytest.mark.django_db
def test_status_tells_the_lag_the_oldest_item_and_the_sweeps(client):
    assert client.get("/status").json()["outbox"] == {
        "waiting": 0,
        "lag_seconds": 0,
        "unknown": 0,
        "failed": 0,
        "oldest_waiting": None,
    }
    wall = clock.wall()
    letters = [Letter("security", f"k{n}", f"p{n}@x.example", "test", {"count": 3, "by": "5 July"}) for n in range(3)]
    first, second, _ = queue_many(letters, at=clock.now())
    Notice.objects.filter(pk=first.pk).update(waiting_since=wall - timedelta(seconds=90))
    Notice.objects.filter(pk=second.pk).update(delivery="unknown")
    beat(sweep="deliver", at=wall, count=7)
    told = client.get("/status").json()
    assert told["outbox"]["waiting"] == 2
    assert 90 <= told["outbox"]["lag_seconds"] <= 95
    assert told["outbox"]["unknown"] == 1
    assert told["outbox"]["oldest_waiting"].endswith("Z")
    assert told["sweeps"]["deliver"]["count"] == 7
    assert "@" not in str(told)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/status"])
@pytest.mark.django_db
def test_only_reading_is_answered(client, path):
    assert client.post(path).status_code == 405
