"""Invitations: the only way in for people."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from portal.centres.models import Centre
from portal.centres.rules import Role, StaffRole
from portal.people.rules import InvitationState, state
from portal.web.tenancy import Holds, TenantQuerySet


class InvitationQuerySet(TenantQuerySet):
    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; they may have run out."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(models.Model):
    """Somebody is asked to take a role at a centre, or (`centre` None) a staff role at the awarding organisation.

    `by` None is the portal itself, which invites its first administrator. `expires_at` is real time: the domain's
    clock may stand still, a link must not.
    """

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, null=True, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    sent = models.PositiveSmallIntegerField(default=1)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "email", "role"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_waiting_once",
            ),
            # Where the centre is null, rows never equal each other.
            models.UniqueConstraint(
                fields=["email", "role"],
                condition=Q(centre=None, accepted_at=None, revoked_at=None),
                name="invitation_of_staff_waiting_once",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="invitation_accepted_or_revoked"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="invitation_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.role_words}"

    @property
    def role_words(self) -> str:
        return StaffRole(self.role).label if self.centre_id is None else Role(self.role).label

    @property
    def inviter(self) -> str:
        return self.by.name if self.by else "The awarding organisation"

    @property
    def place(self) -> str:
        """Where the role is, for a sentence."""
        return "the awarding organisation" if self.centre is None else self.centre.name

    def state(self, *, wall: datetime) -> InvitationState:
        return state(accepted_at=self.accepted_at, revoked_at=self.revoked_at, expires_at=self.expires_at, wall=wall)

    def begins(self, *, on: date) -> date:
        """The first day of the role when accepted on a London date: never before that day."""
        return max(self.from_on, on)
