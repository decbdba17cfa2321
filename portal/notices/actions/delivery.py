"""The delivery sweep. Its steps are transactions of their own: what was done must stand when the process dies."""

import logging
import time
from collections import Counter
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

from django.conf import settings
from django.db.models import F

from portal.notices.actions.heartbeats import beat
from portal.notices.actions.transports import Doubtful, NotOpen, Refusal, Transport, TryLater, opened
from portal.notices.models import Delivery, Notice
from portal.notices.rules import LEASE, check_move, message_id, retry_delay

log = logging.getLogger(__name__)
# A sweep takes no further mails after this long, so that it ends within the task's time limit.
SWEEP = timedelta(minutes=2)
# Mails read in one query. Each is still claimed by itself, just before it goes.
AHEAD = 100
BLANK = {"text": "", "html": ""}


class _Watch:
    """Real time that goes on from the instant the sweep was given."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.started = time.monotonic()

    def elapsed(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self.started)

    def now(self) -> datetime:
        return self.at + self.elapsed()


def deliver(*, at: datetime, limit: int = 1000) -> dict[str, int]:
    """One sweep of the outbox: counts of `sent`, `failed`, `unknown` and of those `left` waiting.

    `at` is real time (`clock.wall()`). Each mail is claimed by a conditional update just before it is handed over, so
    sweeps may run side by side and a killed one leaves at most one mail in doubt. Doubtful mails become `unknown` and
    wait for a person. When the mail server does not answer, nothing is touched.
    """
    watch = _Watch(at)
    tally = Counter(sent=0, failed=0, unknown=_give_up_on_the_dead(at=at))
    due = list(Notice.objects.due(at=at).order_by("id").values_list("pk", flat=True)[:limit])
    try:
        if due:
            with opened(settings.MAIL_TRANSPORT) as transport:
                _send_each(due, transport, watch, tally)
    except NotOpen as error:
        log.warning("The mail server cannot be reached, so mail waits: %s", error)
    beat(sweep="deliver", count=tally["sent"], at=watch.now())
    counted = {state: tally[state] for state in ("sent", "failed", "unknown")}
    return {**counted, "left": Notice.objects.filter(delivery=Delivery.QUEUED).count()}


def _send_each(due: list[int], transport: Transport, watch: _Watch, tally: Counter[str]) -> None:
    for start in range(0, len(due), AHEAD):
        for notice in list(Notice.objects.filter(pk__in=due[start : start + AHEAD]).order_by("id")):
            if watch.elapsed() > SWEEP:
                return
            if _claim(notice, at=watch.now()):
                tally[_send(notice, transport, watch)] += 1


def _claim(notice: Notice, *, at: datetime) -> bool:
    """Make the mail this sweep's alone. Whoever changes the row sends it; everybody else changes nothing.

    Nor does a sweep that read the mail before another one's attempt at it.
    """
    ours = Notice.objects.due(at=at).filter(pk=notice.pk, attempts=notice.attempts)
    notice.attempts += 1
    return ours.update(delivery=Delivery.SENDING, leased_until=at + LEASE, attempts=notice.attempts) == 1


def _send(notice: Notice, transport: Transport, watch: _Watch) -> str:
    """Hand over one claimed mail and write down what became of it."""
    try:
        transport.send(_message(notice, at=watch.now(), encoding=transport.encoding), name=_file_name(notice))
    except NotOpen:
        _settle(notice, delivery=Delivery.QUEUED, attempts=F("attempts") - 1)
        raise
    except Doubtful as error:
        return _settle(notice, delivery=Delivery.UNKNOWN, fault=str(error))
    except TryLater as error:
        return _put_off(notice, str(error), at=watch.now())
    except Refusal as error:
        return _settle(notice, delivery=Delivery.FAILED, fault=str(error))
    return _settle(notice, delivery=Delivery.SENT, sent_at=watch.now(), message_id=_message_id(notice), fault="")


def _put_off(notice: Notice, fault: str, *, at: datetime) -> str:
    delay = retry_delay(notice.attempts)
    if delay is None:
        return _settle(notice, delivery=Delivery.FAILED, fault=fault)
    return _settle(notice, delivery=Delivery.QUEUED, fault=fault, send_after=at + delay)


def _settle(notice: Notice, *, delivery: Delivery, fault: str | None = None, **values: Any) -> str:
    """Leave `sending`. A row that another sweep has given up on meanwhile keeps that state: it is a person's now."""
    if fault is not None:
        values["fault"] = fault[:300]
    if notice.secret and delivery != Delivery.QUEUED:
        values |= BLANK
    check_move(came_from=Delivery.SENDING, to=delivery)
    ours = Notice.objects.filter(pk=notice.pk, delivery=Delivery.SENDING, attempts=notice.attempts)
    ours.update(delivery=delivery, leased_until=None, **values)
    return delivery.value


def _give_up_on_the_dead(*, at: datetime) -> int:
    """Mails whose sender died while handing them over: nobody can say whether they went."""
    dead = Notice.objects.filter(delivery=Delivery.SENDING, leased_until__lte=at)
    values = {"delivery": Delivery.UNKNOWN, "fault": "The sender stopped while it was handing this mail over."}
    return dead.filter(secret=True).update(**values, **BLANK) + dead.update(**values)


def _message(notice: Notice, *, at: datetime, encoding: str) -> EmailMessage:
    """The mail as it travels. What cannot be put into a mail at all is refused for good."""
    try:
        message = EmailMessage()
        message["Subject"] = notice.subject
        message["From"] = settings.DEFAULT_FROM_EMAIL
        message["To"] = Address(addr_spec=notice.address)
        message["Date"] = format_datetime(at)
        message["Message-ID"] = _message_id(notice)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(notice.text, cte=_fitting(notice.text, encoding))
        if notice.html:
            message.add_alternative(notice.html, subtype="html", cte=_fitting(notice.html, encoding))
    except (ValueError, TypeError, IndexError, MessageError) as error:
        raise Refusal(f"This cannot be put into a mail: {error}") from error
    return message


def _fitting(text: str, encoding: str) -> str:
    """Plain where it can be, so that links stay whole."""
    return "7bit" if text.isascii() and max(map(len, text.splitlines()), default=0) < 900 else encoding


def _message_id(notice: Notice) -> str:
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return message_id(number=notice.pk, dedupe_key=notice.dedupe_key, host=host)


def _file_name(notice: Notice) -> str:
    return _message_id(notice).strip("<>").partition("@")[0]
