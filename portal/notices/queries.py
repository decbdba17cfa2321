"""Reads of the inbox, and of how the outbox stands."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Min
from django.db.models.functions import Greatest

from portal.notices.models import Delivery, Heartbeat, Notice, Preference
from portal.notices.rules import CHOICES
from portal.web.actor import Actor

PAGE = 30


def inbox(*, actor: Actor, before: int | None = None) -> list[Notice]:
    """The person's messages for the centre, and the centre's own, newest first: one more than a page holds.

    `before` is the number of the last message on the page before.
    """
    rows = Notice.objects.visible_to(actor).defer("text", "html").order_by("-id")
    return list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])


def unread_count(*, actor: Actor) -> int:
    """How many of the person's own messages for the centre are unread."""
    return Notice.objects.filter(user=actor.user, centre=actor.centre, read_at=None).count()


def mailed_kinds(*, actor: Actor) -> list[str]:
    """The kinds of message, of those that may be switched off, that the person gets as mail."""
    refused = Preference.objects.filter(user=actor.user, by_mail=False).values_list("kind", flat=True)
    return [kind for kind in CHOICES if kind not in set(refused)]


def outbox_state(*, at: datetime) -> dict[str, Any]:
    """How many mails are due and unsent, and since when the oldest one waits. `at` is real time.

    `lag_seconds` is the age of the oldest; `unknown` and `failed` are the ones that wait for a person.
    """
    waiting = Notice.objects.filter(delivery__in=[Delivery.QUEUED, Delivery.SENDING], send_after__lte=at)
    # `send_after` may lie on the domain's calendar, years back, and after a retry it lies after the first wait.
    oldest = waiting.aggregate(since=Min(Greatest("waiting_since", "send_after")))["since"]
    return {
        "waiting": waiting.count(),
        "oldest_waiting_since": oldest,
        "lag_seconds": max(0, int((at - oldest).total_seconds())) if oldest else 0,
        **stuck(),
    }


def stuck() -> dict[str, int]:
    """How many mails wait for a person: `unknown` (perhaps sent) and `failed`."""
    rows = Notice.objects.filter(delivery__in=[Delivery.UNKNOWN, Delivery.FAILED]).values_list("delivery")
    return {"unknown": 0, "failed": 0} | dict(rows.annotate(Count("pk")))


def heartbeats() -> dict[str, Heartbeat]:
    """When each sweep last finished, by its name."""
    return {heartbeat.sweep: heartbeat for heartbeat in Heartbeat.objects.all()}
