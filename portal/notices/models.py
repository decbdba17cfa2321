"""Messages: the outbox of every mail and the inbox on the pages, in one table."""

from django.conf import settings
from django.db import models

from portal.centres.models import Centre
from portal.web.tenancy import Holds, TenantQuerySet


class Delivery(models.TextChoices):
    QUEUED = "queued", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"
    UNKNOWN = "unknown", "Not known whether it arrived"
    NONE = "none", "Shown here only"


class Notice(models.Model):
    """`dedupe_key` makes planning the same message twice harmless. A secret notice is blanked after sending."""

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
    queued_at = models.DateTimeField()
    send_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["delivery", "send_after"], name="notice_to_send"),
            models.Index(fields=["user", "centre", "-id"], name="notice_inbox"),
        ]


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
