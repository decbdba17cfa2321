"""Centres, and who may act for them or for the awarding organisation, from when to when."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.centres.rules import Bundle, Role, StaffRole
from portal.web.tenancy import Holds, TenantQuerySet


class Nation(models.TextChoices):
    ENGLAND = "england", "England"
    WALES = "wales", "Wales"
    SCOTLAND = "scotland", "Scotland"
    NORTHERN_IRELAND = "northern-ireland", "Northern Ireland"


class CentreKind(models.TextChoices):
    SCHOOL = "school", "School or college"
    PERSON = "person", "Private candidate"


class Centre(models.Model):
    """`number` has five digits. The nation decides which bank holidays its working days skip."""

    holds = Holds.SYSTEM

    number = models.CharField(max_length=5, unique=True)
    name = models.CharField(max_length=120)
    nation = models.CharField(max_length=20, choices=Nation.choices)
    kind = models.CharField(max_length=10, choices=CentreKind.choices, default=CentreKind.SCHOOL)
    suspended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^\d{5}$"), name="centre_number_five_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


def _in_force(on: date) -> Q:
    return (Q(to_on__isnull=True) | Q(to_on__gte=on)) & Q(from_on__lte=on)


class MembershipQuerySet(TenantQuerySet):
    def in_force(self, *, on: date) -> Self:
        """Memberships that hold on a London date."""
        return self.filter(_in_force(on))

    def not_over(self, *, on: date) -> Self:
        """Those that hold on a London date or will from a later one."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=on))


class StaffMembershipQuerySet(models.QuerySet[Any]):
    def in_force(self, *, on: date) -> Self:
        """Staff roles that hold on a London date."""
        return self.filter(_in_force(on))


class Membership(models.Model):
    """A person's role at a centre; `to_on` is the last day it holds."""

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(r.value, r.label) for r in Role])
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "user", "role"], condition=Q(to_on__isnull=True), name="membership_open_once"
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="membership_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {Role(self.role).label}"


class StaffMembership(models.Model):
    """A person's role at the awarding organisation."""

    holds = Holds.SYSTEM

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="staff_roles")
    role = models.CharField(max_length=20, choices=[(r.value, r.label) for r in StaffRole])
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = StaffMembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(to_on__isnull=True), name="staff_membership_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {StaffRole(self.role).label}"


def delegated(on: date, *, path: str = "") -> Q:
    """What is true of a delegation that holds on a London date: begun, not over, not ended. `path` leads to it."""
    return Q((f"{path}from_on__lte", on), (f"{path}to_on__gte", on), (f"{path}ended_at__isnull", True))


class DelegationQuerySet(TenantQuerySet):
    def in_force(self, *, on: date) -> Self:
        """Delegations that hold on a London date."""
        return self.filter(delegated(on))

    def not_over(self, *, on: date) -> Self:
        """Those that hold on a London date or will from a later one."""
        return self.filter(to_on__gte=on, ended_at=None)


class Delegation(models.Model):
    """What a head of centre let a member do, from a day to a last day. It ends by itself, or earlier by an act."""

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="delegations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations")
    bundle = models.CharField(max_length=20, choices=[(b.value, b.label) for b in Bundle])
    from_on = models.DateField()
    to_on = models.DateField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = DelegationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["centre", "user", "bundle"], name="delegation_of")]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="delegation_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {Bundle(self.bundle).label}"
