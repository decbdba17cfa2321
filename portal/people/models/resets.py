"""A lost second step: one person asks, another confirms."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.centres.models import Centre
from portal.people.rules import ResetState, reset_state
from portal.web.tenancy import Holds, TenantQuerySet


class FactorResetQuerySet(TenantQuerySet):
    def waiting(self) -> Self:
        """Neither confirmed nor withdrawn; they may have run out."""
        return self.filter(confirmed_at=None, withdrawn_at=None)


class FactorReset(models.Model):
    """Somebody's second step is to be taken away, so that they set up a new one.

    `centre` None: an administrator asked, and another one confirms. `expires_at` is real time, as the phone's loss is.
    """

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, null=True, related_name="factor_resets")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="factor_resets")
    reason = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        verbose_name = "reset of a second step"
        verbose_name_plural = "resets of second steps"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at=None, withdrawn_at=None), name="factor_reset_waiting_once"
            ),
            models.CheckConstraint(condition=~Q(asked_by=F("user")), name="factor_reset_not_asked_by_oneself"),
            # Two people, and neither is the one it is for.
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | (
                    Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                    & ~Q(confirmed_by=F("asked_by"))
                    & ~Q(confirmed_by=F("user"))
                ),
                name="factor_reset_confirmed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="factor_reset_withdrawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(withdrawn_at=None), name="factor_reset_confirmed_or_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"Second step of {self.user}"

    def state(self, *, wall: datetime) -> ResetState:
        return reset_state(
            confirmed_at=self.confirmed_at, withdrawn_at=self.withdrawn_at, expires_at=self.expires_at, wall=wall
        )
