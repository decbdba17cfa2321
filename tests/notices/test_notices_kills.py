"""The sender dies in the middle of a mail, or two senders run at once: nothing is lost, nothing goes twice."""

import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.conf import settings as portal_settings
from django.db import connection

from portal import clock
from portal.notices.actions import Letter, deliver, queue_many
from portal.notices.actions.delivery import _message
from portal.notices.actions.transports import opened
from portal.notices.models import Notice
from portal.notices.rules import LEASE
from tests.jobs.processes import started

pytestmark = pytest.mark.django_db(transaction=True)
THIRD = "p2@x.example"
AT = clock.wall()


def queued(count):
    words = {"count": 3, "by": "Friday 5 July"}
    return queue_many([Letter("security", f"key:{n}", f"p{n}@x.example", "test", words) for n in range(count)], at=AT)


class Sender:
    """`manage.py deliver` in a process of its own, which a mail server may kill."""

    def __init__(self, port):
        variables = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "PORTAL_DEMO": "1"}
        self.process = started(["manage.py", "deliver", "--json"], **variables)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def wait(self):
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.mark.parametrize(
    ("phase", "address", "accepted", "doubtful"),
    [
        ("EHLO", None, False, 0),  # nothing was claimed yet
        ("MAIL", THIRD, False, 1),
        ("RCPT", THIRD, False, 1),
        ("DATA", THIRD, False, 1),  # handed over, the server drops it
        ("DATA", THIRD, True, 1),  # handed over, the server keeps it, the sender never hears
    ],
)
def test_a_killed_sender_loses_nothing_and_repeats_nothing(sink, phase, address, accepted, doubtful):
    queued(5)
    senders, calls = [], Counter()

    def kill_once(sink, server, to):
        calls[phase] += 1
        # The mail before DATA names its sender only, so MAIL is told apart by counting.
        mine = to == address if phase != "MAIL" else calls["MAIL"] == 3
        if mine and senders:
            senders.pop().kill()
            return None if accepted else "451 Gone"
        return None

    sink.script[phase] = kill_once
    sender = Sender(sink.port)
    senders.append(sender)
    assert sender.wait() == -signal.SIGKILL

    now = clock.wall()
    deliver(at=now)
    assert deliver(at=now + LEASE + timedelta(minutes=1))["left"] == 0
    states = Counter(Notice.objects.values_list("delivery", flat=True))
    assert states == Counter(sent=5 - doubtful, unknown=doubtful)
    assert Counter(sink.ids()).most_common(1)[0][1] == 1
    missing = {f"p{n}@x.example" for n in range(5)} - {mail["To"] for mail in sink.taken}
    assert missing == ({THIRD} if doubtful and not accepted else set())


def sweep_without_a_claim(at):
    """The control: reads what waits, sends it, marks it."""
    with opened(portal_settings.MAIL_TRANSPORT) as transport:
        for notice in Notice.objects.filter(delivery="queued").order_by("id"):
            transport.send(_message(notice, at=at, encoding=transport.encoding), name=str(notice.pk))
            Notice.objects.filter(pk=notice.pk).update(delivery="sent")


def slowly(sink, server, to):
    time.sleep(0.002)


def side_by_side(sweep, sink):
    sink.script["DATA"] = slowly
    queued(30)
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
    return max(Counter(sink.ids()).values())


def test_three_sweeps_side_by_side_send_each_mail_once(sink):
    assert side_by_side(lambda: deliver(at=clock.wall()), sink) == 1
    assert Notice.objects.filter(delivery="sent").count() == len(sink.taken) == 30


def test_control_without_a_claim_mails_go_twice(sink):
    assert side_by_side(lambda: sweep_without_a_claim(clock.wall()), sink) > 1
