"""The sender dies in the middle of a message, or several run at once: nothing is lost, and nothing goes twice."""

import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from portal import clock
from portal.hooks.actions import deliver, replay
from portal.hooks.actions.delivering import _claim, _posted
from portal.hooks.models import Delivery
from portal.hooks.rules.retrying import LEASE
from tests.factories.hooks import AT, happened
from tests.factories.people import UserFactory
from tests.jobs.processes import started

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("accepted", [True, False])
def test_a_killed_sender_loses_nothing(centre, hook, receiver, accepted):
    """It dies while the receiver holds its third message, which the receiver keeps or not."""
    happened(centre, 5)
    held = Event()

    def hold_the_third(taken, request):
        if len(receiver.taken) == 3 and not held.is_set():
            held.set()
            time.sleep(1)
            return 204 if accepted else 500
        return 204

    receiver.answer = hold_the_third
    sender = started(["manage.py", "deliver_webhooks"], PORTAL_DEMO="1")
    assert held.wait(timeout=60)
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert states == Counter(delivered=2, sending=1, waiting=2)
    now = clock.wall()
    assert deliver(at=AT, wall=now)["delivered"] == 2
    assert deliver(at=AT, wall=now + LEASE)["delivered"] == 1
    # The one in doubt came twice, under one id, by which its receiver knows it; no other did.
    assert sorted(Counter(receiver.ids()).values()) == [1, 1, 1, 1, 2]


def sweep_without_a_claim():
    """The control: reads what waits, sends it, marks it."""
    waiting = Delivery.objects.filter(state="waiting").select_related("hook__centre", "event").order_by("pk")
    for delivery in list(waiting):
        _posted(delivery, wall=clock.wall())
        Delivery.objects.filter(pk=delivery.pk).update(state="delivered", settled_at=clock.wall())


def side_by_side(sweep, centre):
    happened(centre, 20)
    start = Barrier(3)

    def one():
        start.wait()
        try:
            sweep()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        for run in [pool.submit(one) for _ in range(3)]:
            run.result()


def slowly(taken, request):
    time.sleep(0.005)
    return 204


def test_sweeps_side_by_side_send_each_message_once(centre, hook, receiver):
    receiver.answer = slowly
    side_by_side(lambda: deliver(at=AT, wall=clock.wall()), centre)
    assert max(Counter(receiver.ids()).values()) == 1
    assert Delivery.objects.filter(state="delivered").count() == len(receiver.taken) == 20


def test_control_without_a_claim_messages_go_twice(centre, hook, receiver):
    receiver.answer = slowly
    side_by_side(sweep_without_a_claim, centre)
    assert max(Counter(receiver.ids()).values()) > 1


def claimed_while_another_claims(rows):
    """How many rows a claim changes that had to wait for another's claim of the same delivery."""

    def second():
        try:
            return rows().update(state="sending", leased_until=clock.wall() + LEASE)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert _claim(Delivery.objects.get().pk, wall=clock.wall())
            waiting = pool.submit(second)
            time.sleep(0.5)
            assert not waiting.done()
        return waiting.result(timeout=10)


@pytest.mark.postgres
def test_a_claim_that_waited_for_another_looks_again(centre, hook):
    happened(centre)
    assert claimed_while_another_claims(lambda: Delivery.objects.due(wall=clock.wall())) == 0


@pytest.mark.postgres
def test_control_a_claim_over_a_join_does_not_look_again(centre, hook):
    happened(centre)
    joined = {"state": "waiting", "hook__paused_at": None}
    assert claimed_while_another_claims(lambda: Delivery.objects.filter(**joined)) == 1


def test_a_replay_that_is_asked_for_twice_at_once_goes_once(centre, hook, receiver):
    (delivery,) = happened(centre)
    deliver(at=AT, wall=clock.wall())
    who, start = UserFactory(), Barrier(4)

    def one(number):
        start.wait()
        try:
            replay(delivery=Delivery.objects.get(pk=delivery.pk), by=who, at=AT, wall=clock.wall())
        except Exception as refusal:
            return getattr(refusal, "code", type(refusal).__name__)
        finally:
            connection.close()
        return "asked"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == ["asked", "open", "open", "open"]
