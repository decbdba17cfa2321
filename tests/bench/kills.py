"""Senders killed in the middle of their work: what was lost, what went twice, what is left for a person."""

import signal
import subprocess
import time
from collections import Counter
from datetime import timedelta

from portal import clock
from portal.notices.actions import deliver
from portal.notices.models import Delivery, Notice
from portal.notices.rules import LEASE
from tests.bench.figures import Fact
from tests.bench.sink import Sink
from tests.jobs.processes import started


def killed_again_and_again(sink: Sink, *, mails: int, kills: int) -> tuple[Fact, ...]:
    """Deliver mails by processes that are killed one after the other, then by one that is not; what came of it."""
    from tests.bench.reminders import queued

    with queued(sink, mails):
        done = sum(_killed_at(sink, mails * (number + 1) // (kills + 2)) for number in range(kills))
        deliver(at=clock.wall() + timedelta(seconds=1), limit=mails)
        deliver(at=clock.wall() + LEASE + timedelta(minutes=1), limit=mails)
        return _facts(sink, done)


def _killed_at(sink: Sink, mails: int) -> bool:
    """Start a sender and kill it when the server has taken so many mails in all; whether it was killed at work."""
    sender = started(["manage.py", "deliver"], EMAIL_URL=f"smtp://127.0.0.1:{sink.port}", PORTAL_DEMO="1")
    end = time.monotonic() + 60
    while len(sink.taken()) < mails and sender.poll() is None and time.monotonic() < end:
        time.sleep(0.002)
    at_work = sender.poll() is None
    sender.send_signal(signal.SIGKILL)
    sender.wait()
    _close(sender)
    return at_work


def _close(process: subprocess.Popen[str]) -> None:
    if process.stdout:
        process.stdout.close()


def _facts(sink: Sink, kills: int) -> tuple[Fact, ...]:
    states = Counter(Notice.objects.values_list("delivery", flat=True))
    taken = Counter(line.partition(" ")[0] for line in sink.taken())
    sent = set(Notice.objects.filter(delivery=Delivery.SENT).values_list("address", flat=True))
    marked = set(Notice.objects.filter(delivery=Delivery.UNKNOWN).values_list("address", flat=True))
    everybody = set(Notice.objects.values_list("address", flat=True))
    lost = sent - set(taken) | everybody - sent - marked
    twice = sum(taken.values()) - len(taken)
    return (
        Fact(f"mails lost in {kills} kills", str(len(lost)), "0", not lost),
        Fact("mails taken twice", str(twice), f"≤ {kills}", twice <= kills),
        Fact("mails in doubt, marked for a person", str(states["unknown"]), f"≤ {kills}", states["unknown"] <= kills),
    )
