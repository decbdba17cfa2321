"""The beat table names tasks that exist, each on a queue that a worker reads."""

from portal.celery import app
from portal.schedule import BEAT


def unknown(beat: dict[str, dict[str, object]]) -> list[str]:
    app.loader.import_default_modules()
    return [f"{name}: {entry['task']}" for name, entry in beat.items() if entry["task"] not in app.tasks]


def ours() -> set[str]:
    app.loader.import_default_modules()
    return {name for name in app.tasks if not name.startswith("celery.")}


def test_every_scheduled_task_is_registered():
    assert unknown(BEAT) == []


def test_every_task_is_scheduled():
    assert ours() == {entry["task"] for entry in BEAT.values()}


def test_an_unregistered_task_is_caught():
    assert unknown({"lost": {"task": "claims.tasks.lost"}}) == ["lost: claims.tasks.lost"]


def test_a_message_reaches_one_queue_only():
    """Two queues bound by one key would each get every message, and every sweep would run twice."""
    addresses = [(queue.exchange.name, queue.routing_key) for queue in app.amqp.queues.values()]
    assert len(set(addresses)) == len(addresses)
