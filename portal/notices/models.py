"""Messages: the outbox of every mail and the inbox on the pages, in one table."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.centres.models import Centre
from portal.notices.rules import may_send_again
from portal.web.actor import Actor
from portal.web.tenancy import Holds, TenantQuerySet


class Delivery(models.TextChoices):
    QUEUED = "queued", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"
    UNKNOWN = "unknown", "Not known whether it arrived"
    NONE = "none", "Shown here only"


class NoticeQuerySet(TenantQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """A person's own messages for the centre, and the centre's that are nobody's in particular."""
        rows = super().visible_to(actor)
        if actor.centre is None:
            return rows
        return rows.filter(Q(user=actor.user) | Q(user=None, secret=False))

    def due(self, *, at: datetime) -> Self:
        """Waiting mails whose time has come."""
        return self.filter(delivery=Delivery.QUEUED, send_after__lte=at)


class Notice(models.Model):
    """`dedupe_key` makes planning the same message twice harmless. A secret notice is blanked after sending.

    `queued_at` is the domain's time; `waiting_since`, `send_after`, `leased_until` and `sent_at` are real time, in
    which mail is delivered. `again` is the message that this one repeats. `leased_until` is set while it is being sent.
    """

    holds = Holds.TENANT

    dedupe_key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, null=True, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="notices")
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    secret = models.BooleanField(default=False)
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.QUEUED)
    again = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeats")
    queued_at = models.DateTimeField()
    waiting_since = models.DateTimeField()
    send_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["delivery", "send_after"], name="notice_to_send"),
            models.Index(fields=["user", "centre", "-id"], name="notice_inbox"),
            models.Index(fields=["user", "centre"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def delivered_at(self) -> datetime | None:
        """When it was sent, on the domain's clock, so that it stands in order with `queued_at`."""
        return self.sent_at and self.queued_at + max(self.sent_at - self.waiting_since, self.queued_at - self.queued_at)

    @property
    def may_send_again(self) -> bool:
        return may_send_again(delivery=self.delivery, secret=self.secret)


class Preference(models.Model):
    """Whether a person wants mail of a kind. Without a row, they do."""

    holds = Holds.SYSTEM

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="preferences")
    kind = models.CharField(max_length=40)
    by_mail = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="preference_once")]


class Heartbeat(models.Model):
    """When a sweep last finished: liveness measures work done."""

    holds = Holds.SYSTEM

    sweep = models.CharField(max_length=40, primary_key=True)
    finished_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
