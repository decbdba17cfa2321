"""Whether the portal is alive, ready, and keeping up: JSON for machines, without personal data."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal import clock
from portal.notices.queries import heartbeats, outbox_state

# Several times what each takes between two signs of life.
LATE_AFTER = {"worker": timedelta(minutes=2), "scheduler": timedelta(minutes=2)}
MAIL_LATE_AFTER = timedelta(minutes=5)
_migrated = False


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: this process answers. Nothing else is asked."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready for requests: 503 only while the database or its tables are not. Work goes on without the others."""
    state = {"database": "ok", "migrations": "ok", "broker": _broker(), "worker": "late", "scheduler": "late"}
    try:
        state["migrations"] = "ok" if _is_migrated() else "pending"
        if state["migrations"] == "ok":
            state |= _signs_of_life(at=clock.wall())
    except DatabaseError:
        state |= {"database": "down", "migrations": "unknown"}
    ready = state["migrations"] == "ok"
    return JsonResponse({"status": "ok" if ready else "unavailable", **state}, status=200 if ready else 503)


@login_not_required
@require_safe
def status(request: HttpRequest) -> JsonResponse:
    """What is late, how far the outbox lags, its oldest waiting item, and when each sweep last finished.

    `status` is `late` as soon as anything is: broker, worker, scheduler, or mail that waits longer than it should.
    """
    at = clock.wall()
    try:
        outbox = outbox_state(at=at)
        sweeps = {name: _sweep(heartbeat, at) for name, heartbeat in sorted(heartbeats().items())}
        parts = {"broker": _broker(), **_signs_of_life(at=at)}
    except DatabaseError:
        return JsonResponse({"status": "unavailable"}, status=503)
    oldest = outbox.pop("oldest_waiting_since")
    outbox["oldest_waiting"] = _written(oldest) if oldest else None
    parts["mail"] = "late" if outbox["lag_seconds"] > MAIL_LATE_AFTER.total_seconds() else "ok"
    state = "late" if "late" in parts.values() else "ok"
    return JsonResponse({"status": state, **parts, "as_of": _written(at), "outbox": outbox, "sweeps": sweeps})


# What each part is for, and what its delay means for whoever works here.
PARTS = {
    "worker": ("Reminders and checks that run by themselves", "Reminders may come later. Nothing is lost."),
    "scheduler": ("The timetable of those checks", "Reminders may come later. Nothing is lost."),
    "mail": ("Mail", "Mail is late. Look in Messages instead."),
}


@login_not_required
@require_safe
def service_status(request: HttpRequest) -> HttpResponse:
    """The same for people: what works, and what a delay means for them."""
    at = clock.wall()
    try:
        lag = outbox_state(at=at)["lag_seconds"]
        signs = {**_signs_of_life(at=at), "mail": "late" if lag > MAIL_LATE_AFTER.total_seconds() else "ok"}
    except DatabaseError:
        signs = dict.fromkeys(PARTS, "late")
    parts = [{"label": label, "words": words, "good": signs[key] == "ok"} for key, (label, words) in PARTS.items()]
    working = all(part["good"] for part in parts)
    context = {"parts": parts, "working": working, "at": clock.now(), "service_url": reverse("service")}
    return render(request, "dashboard/service_status.html", context)


def _is_migrated() -> bool:
    """Asked of the tables until they are complete. The query tells a dead database even afterwards."""
    global _migrated
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _signs_of_life(*, at: datetime) -> dict[str, str]:
    last = heartbeats()
    return {
        name: "ok" if name in last and at - last[name].finished_at < limit else "late"
        for name, limit in LATE_AFTER.items()
    }


def _broker() -> str:
    if settings.EMBEDDED:
        return "ok" if os.access(settings.VAR / "broker" / "messages", os.W_OK) else "late"
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).ping()
    except redis.RedisError:
        return "late"
    return "ok"


def _sweep(heartbeat: Any, at: datetime) -> dict[str, Any]:
    age = max(0, int((at - heartbeat.finished_at).total_seconds()))
    return {"finished_at": _written(heartbeat.finished_at), "seconds_ago": age, "count": heartbeat.count}


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
