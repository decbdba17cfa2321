"""Tokens, the only way in for programs, and the answers that were given to their calls."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.centres.models import Centre
from portal.web.tenancy import Holds, TenantQuerySet


class ApiToken(models.Model):
    """Lets a program act for a centre, in the name of the person who made it and never beyond what they may do.

    Only the digest is kept. `last_used_at` is written at most once a minute. `calls` were made in the minute of real
    time that began at `counted_from`.
    """

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80)
    scopes = models.JSONField()
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveIntegerField(default=0)
    counted_from = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "API token"
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="api_token_revoked_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.name


class OfToken(TenantQuerySet):
    centre_path = "token__centre"


class KeptAnswer(models.Model):
    """The answer to a call with an Idempotency-Key; `status` None while the call is under way.

    A call that never finished gives its place up at `leased_until`, which is real time.
    """

    holds = Holds.TENANT

    token = models.ForeignKey(ApiToken, on_delete=models.PROTECT, related_name="answers")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    leased_until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField()

    objects = OfToken.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="kept_answer_once")]
