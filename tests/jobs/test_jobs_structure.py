"""The job runner's promises, read off its own tables."""

import ast
import inspect
from datetime import timedelta
from pathlib import Path

import pytest
from celery.schedules import crontab
from django.conf import settings

from portal import celery as jobs
from portal.schedule import BEAT, QUEUES
from tests.jobs.processes import started

ROOT = Path(settings.BASE_DIR)
ROOMS = [ROOT / name for name in ("portal", "claims", "postresults", "appeals", "malpractice", "deadlines")]
conf = jobs.app.conf


@pytest.fixture(scope="module")
def tasks():
    jobs.app.loader.import_default_modules()
    return {name: task for name, task in jobs.app.tasks.items() if not name.startswith("celery.")}


def test_every_beat_entry_names_a_task_and_a_queue_that_a_worker_takes(tasks):
    taken = {queue.name for queue in conf.task_queues}
    assert taken == set(QUEUES)
    assert {entry["task"] for entry in BEAT.values()} <= set(tasks)
    assert {entry["options"]["queue"] for entry in BEAT.values()} <= taken
    assert all(entry["options"]["expires"] > 0 for entry in BEAT.values())


def test_every_task_takes_the_instant_it_acts_for(tasks):
    assert [name for name, task in tasks.items() if list(inspect.signature(task.run).parameters) != ["as_of"]] == []


def test_every_task_is_in_the_beat_table(tasks):
    assert {entry["task"] for entry in BEAT.values()} == set(tasks)


def test_no_daily_job_runs_in_the_hour_that_is_another_day_in_summer():
    hours = [entry["schedule"].hour for entry in BEAT.values() if isinstance(entry["schedule"], crontab)]
    assert [hour for hour in hours if hour == {23}] == []
    assert conf.timezone == "UTC"


def delays_in(source):
    """Calls that ask the broker to hold a task back."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [keyword.arg for call in calls for keyword in call.keywords]
    return [name for name in named if name in ("eta", "countdown")]


def test_no_task_is_delayed_by_the_broker():
    sources = [path for room in ROOMS for path in room.rglob("*.py") if "migrations" not in path.parts]
    assert len(sources) > 50
    assert {str(path): found for path in sources if (found := delays_in(path.read_text()))} == {}


def test_control_a_delay_is_seen_and_refused(tasks):
    assert delays_in("task.apply_async(countdown=60)") == ["countdown"]
    with pytest.raises(ValueError, match="never delayed"):
        tasks["notices.deliver"].apply_async(countdown=60)


def test_the_settings_that_a_killed_worker_depends_on_are_pinned():
    assert {
        "acks_late": conf.task_acks_late,
        "reject": conf.task_reject_on_worker_lost,
        "prefetch": conf.worker_prefetch_multiplier,
        "results": conf.result_backend,
        "ignore": conf.task_ignore_result,
        "accept": conf.accept_content,
        "serializer": conf.task_serializer,
        "missing": conf.task_create_missing_queues,
        "soft_shutdown": conf.worker_soft_shutdown_timeout > 0,
    } == {
        "acks_late": True,
        "reject": True,
        "prefetch": 1,
        "results": None,
        "ignore": True,
        "accept": ["json"],
        "serializer": "json",
        "missing": False,
        "soft_shutdown": True,
    }
    assert 0 < conf.task_soft_time_limit < conf.task_time_limit


def test_redis_gives_a_killed_workers_task_back_and_never_a_running_one(settings):
    settings.REDIS_URL = "redis://localhost:6379/0"
    options = jobs._redis()["broker_transport_options"]
    assert options["visibility_timeout"] > 2 * conf.task_time_limit
    assert (options["unacked_restore_interval"], options["unacked_restore_throttle"]) == (5, 1)


def test_a_delivery_sweep_ends_within_its_time_limit():
    from portal.notices.actions.delivery import SWEEP

    assert timedelta(seconds=conf.task_soft_time_limit) > SWEEP + timedelta(minutes=1)


def test_nothing_imports_the_job_runner():
    def imports(path):
        nodes = ast.walk(ast.parse(path.read_text()))
        return {node.module for node in nodes if isinstance(node, ast.ImportFrom)} & {"portal.celery"}

    assert [str(path) for room in ROOMS for path in room.rglob("*.py") if imports(path)] == []


@pytest.mark.parametrize(("broker", "seconds"), [("", 3.0), ("redis://127.0.0.1:6379/0", 20.0)])
def test_a_stopping_worker_is_done_before_the_demo_kills_it(broker, seconds):
    """Honcho gives five seconds; a real portal's supervisor gives the longer grace."""
    read = "from portal.celery import app; print(float(app.conf.worker_soft_shutdown_timeout))"
    process = started(["-c", read], PORTAL_DEMO="1", REDIS_URL=broker)
    assert float(process.communicate(timeout=60)[0].splitlines()[-1]) == seconds
