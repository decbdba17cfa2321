"""Worker and scheduler as processes: what they refuse, and what survives when the broker forgets everything."""

from collections import Counter

import pytest
import redis

from portal import clock
from portal.demo.models import DemoMark
from portal.notices.actions import Letter, queue_many
from portal.notices.models import Heartbeat, Notice
from tests.jobs.processes import PRODUCTION, Redis, eventually, started, stopped
from tests.notices.sinks import free_port

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = ["-m", "celery", "-A", "portal", "worker", "--concurrency", "1", "--loglevel", "info"]
NOBODY = "redis://127.0.0.1:{}/0"


def scheduler(folder):
    return ["-m", "celery", "-A", "portal", "beat", "-s", str(folder / "beat"), "--pidfile=", "--loglevel", "info"]


@pytest.mark.parametrize("kind", ["worker", "scheduler"])
def test_a_real_portal_does_not_start_on_a_demonstration(kind, tmp_path):
    DemoMark.objects.create(loaded_at=clock.wall())
    arguments = WORKER if kind == "worker" else scheduler(tmp_path)
    process = started(arguments, REDIS_URL=NOBODY.format(free_port()), **PRODUCTION)
    words = process.communicate(timeout=60)[0]
    assert process.returncode != 0
    assert "This database holds a demonstration" in words


@pytest.fixture
def own_redis():
    server = Redis()
    yield server
    server.kill()


@pytest.fixture
def jobs(own_redis, sink, tmp_path):
    variables = {"PORTAL_DEMO": "1", "REDIS_URL": own_redis.url, "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
    processes = [started(WORKER, **variables), started(scheduler(tmp_path), **variables)]
    yield processes
    words = "\n".join(stopped(process) for process in processes)
    assert "Signal handler" not in words


def queued(name, count):
    letters = [
        Letter("security", f"{name}:{n}", f"{name}{n}@x.example", "test", {"count": 3, "by": "5 July"})
        for n in range(count)
    ]
    queue_many(letters, at=clock.now())


def all_sent():
    return not Notice.objects.exclude(delivery="sent").exists()


@pytest.mark.redis
def test_nothing_is_lost_when_the_broker_is_wiped_or_dies(jobs, own_redis, sink):
    assert eventually(lambda: Heartbeat.objects.filter(sweep="deliver").exists(), seconds=60)
    broker = redis.Redis.from_url(own_redis.url)
    queued("wiped", 20)
    for _ in range(3):
        broker.flushall()
    assert eventually(all_sent, seconds=60)
    queued("killed", 20)
    own_redis.kill()
    own_redis.start()
    assert eventually(all_sent, seconds=90)
    assert Counter(Counter(sink.ids()).values()) == Counter({1: 40})
    assert {"scheduler", "notices.deliver"} <= set(Heartbeat.objects.values_list("sweep", flat=True))
