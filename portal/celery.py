"""The job runner. Nothing imports this module: sweeps find rows, so a lost message loses nothing.

celery -A portal worker
celery -A portal beat -s var/beat
"""

import logging
import os
import time
from typing import Any

from celery import Celery, Task, signals
from kombu import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from django.conf import settings

from portal.schedule import BEAT, QUEUES

log = logging.getLogger(__name__)

LONGEST_TASK = 5 * 60
# Far beyond the longest task: a task that is still running must not be handed to a second worker.
VISIBILITY = 3 * LONGEST_TASK
# How long a stopping worker may finish its task, in seconds. What starts the demo kills after five.
STOPPING = 3 if settings.EMBEDDED else 20
# How often the scheduler writes down that it is alive, in seconds.
SIGN_OF_LIFE = 20


class Hint(Task):
    """A message is a hint to look at rows now. What is due later stands in a row, not in a broker's memory."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        if options.get("eta") is not None or options.get("countdown") is not None:
            raise ValueError("Tasks are never delayed by the broker: write the due instant into a row.")
        return super().apply_async(args, kwargs, **options)


def _redis() -> dict[str, Any]:
    """A killed worker's task comes back after `visibility_timeout` instead of ten restore sweeps of ten calls."""
    options = {
        "visibility_timeout": VISIBILITY,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
    }
    return {"broker_url": settings.REDIS_URL, "broker_transport_options": options}


def _folders() -> dict[str, Any]:
    """The embedded broker: every process reads and writes one folder."""
    broker = settings.VAR / "broker"
    for name in ("messages", "control", "processed"):
        (broker / name).mkdir(parents=True, exist_ok=True)
    options = {
        "data_folder_in": str(broker / "messages"),
        "data_folder_out": str(broker / "messages"),
        "control_folder": str(broker / "control"),
        "processed_folder": str(broker / "processed"),
    }
    return {"broker_url": "filesystem://localhost//", "broker_transport_options": options}


app = Celery("portal", task_cls=Hint)
app.conf.update(
    # The broker carries hints and the rows are the queue: run late-acknowledged, one at a time, and keep no results.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    result_backend=None,
    task_serializer="json",
    accept_content=["json"],
    task_time_limit=LONGEST_TASK,
    task_soft_time_limit=LONGEST_TASK - 30,
    worker_soft_shutdown_timeout=STOPPING,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    # Days change in London, beat counts in UTC: local schedules skip or repeat an hour when the clocks change.
    timezone="UTC",
    enable_utc=True,
    task_queues=[Queue(name, routing_key=name) for name in QUEUES],
    task_default_queue=QUEUES[0],
    task_create_missing_queues=False,
    beat_schedule=BEAT,
    **(_folders() if settings.EMBEDDED else _redis()),
)
app.autodiscover_tasks()


@signals.worker_init.connect
@signals.beat_init.connect
def refuse_a_demonstration(**_: Any) -> None:
    """Celery logs what a receiver raises and goes on, so only leaving the process stops it."""
    from portal.demo.queries import refuse_marked_database

    try:
        refuse_marked_database()
    except Exception as error:
        raise SystemExit(str(error)) from error


@signals.beat_init.connect
def show_signs_of_life(**_: Any) -> None:
    """From now on each hint that the scheduler sends shows that it lives."""
    _finished("scheduler")
    signals.before_task_publish.connect(_SignOfLife(), weak=False)


class _SignOfLife:
    def __init__(self) -> None:
        self.last = time.monotonic()

    def __call__(self, **_: Any) -> None:
        if time.monotonic() - self.last >= SIGN_OF_LIFE:
            self.last = time.monotonic()
            _finished("scheduler")


@signals.worker_ready.connect
def show_readiness(**_: Any) -> None:
    """A worker that has just come up has done no work yet, and is not late."""
    _finished("worker")


@signals.task_success.connect
def note_the_sweep(sender: Any = None, result: Any = None, **_: Any) -> None:
    """Liveness measures work done: every finished task writes down when, and how much it did."""
    _finished(sender.name, result if isinstance(result, int) and result > 0 else 0)


def _finished(sweep: str, count: int = 0) -> None:
    from django.db import close_old_connections

    from portal import clock
    from portal.notices.actions import beat

    try:
        close_old_connections()
        beat(sweep=sweep, at=clock.wall(), count=count)
    except Exception:
        log.exception("The sign of life of %s could not be written", sweep)
