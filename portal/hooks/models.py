"""Who is told of what, what happened, and what became of telling it."""

from datetime import datetime
from typing import Self
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.centres.models import Centre
from portal.hooks.rules.events import EventKind
from portal.hooks.rules.retrying import OPEN, DeliveryState
from portal.web.tenancy import Holds, TenantQuerySet


class HookQuerySet(TenantQuerySet):
    def standing(self) -> Self:
        """Not withdrawn; those that are paused stand too."""
        return self.filter(revoked_at=None)

    def sent_to(self, *, wall: datetime) -> Self:
        """Standing, not paused, of a centre that is not suspended, and not left alone for its receiver's silence."""
        awake = Q(silent_until=None) | Q(silent_until__lte=wall)
        return self.standing().filter(awake, paused_at=None, centre__suspended_at=None)


class Hook(models.Model):
    """A webhook: the address of a program of a centre, the events it is told of, and the sealed secret that signs.

    `former` is the sealed secret before the newest, which signs as well until `former_until` (real time). A pause
    without `paused_by` is the portal's own: `paused_because` says why, and without it the receiver answered that it is
    gone. A receiver that did not answer `silences` times in a row gets nothing before `silent_until` (real time).
    """

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="hooks")
    name = models.CharField(max_length=80)
    url = models.CharField("address", max_length=500)
    events = models.JSONField()
    sealed = models.TextField(blank=True)
    former = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    paused_because = models.CharField(max_length=300, blank=True)
    silences = models.PositiveSmallIntegerField(default=0)
    silent_until = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField("withdrawn at", null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = HookQuerySet.as_manager()

    class Meta:
        verbose_name = "webhook"
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="hook_revoked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(sealed="", former=""), name="hook_revoked_keeps_no_secret"
            ),
            models.CheckConstraint(
                condition=Q(paused_by=None) | Q(paused_at__isnull=False), name="hook_paused_by_means_paused"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """Of the address, the part without keys."""
        return urlsplit(self.url).hostname or ""


class Event(models.Model):
    """What happened, in the bytes in which it is told. `occurred_at` is the domain's time, `stored_at` real time."""

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="hook_events")
    reference = models.UUIDField(unique=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=30, choices=[(kind.value, kind.label) for kind in EventKind])
    body = models.TextField()
    occurred_at = models.DateTimeField()
    stored_at = models.DateTimeField(db_index=True)

    objects = TenantQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class OfHook(TenantQuerySet):
    centre_path = "hook__centre"

    def due(self, *, wall: datetime) -> Self:
        """Those whose time has come, of webhooks that are sent to.

        The webhooks are asked for apart, not joined: an update over a join finds its rows beforehand, and PostgreSQL,
        having waited for another's claim, would not look at their state again.
        """
        waiting = self.filter(state=DeliveryState.WAITING.value, next_at__lte=wall)
        return waiting.filter(hook__in=Hook.objects.sent_to(wall=wall))


class Delivery(models.Model):
    """One event on its way to one webhook. All its instants are real time; `asked_by` is who asked for a replay."""

    holds = Holds.TENANT

    hook = models.ForeignKey(Hook, on_delete=models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    reference = models.UUIDField(unique=True, default=uuid4, editable=False)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.label) for state in DeliveryState],
        default=DeliveryState.WAITING.value,
    )
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    fault = models.CharField(max_length=160, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = OfHook.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["next_at", "id"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["leased_until"], condition=Q(state="sending"), name="delivery_leased"),
            models.Index(fields=["hook", "-id"], name="delivery_log"),
            models.Index(fields=["made_at"], name="delivery_age"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["hook", "event"], condition=Q(state__in=OPEN), name="delivery_open_once"),
            models.CheckConstraint(
                condition=Q(state="sending", leased_until__isnull=False) | (~Q(state="sending") & Q(leased_until=None)),
                name="delivery_leased_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, settled_at=None) | (~Q(state__in=OPEN) & Q(settled_at__isnull=False)),
                name="delivery_settled_once_closed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.reference)
