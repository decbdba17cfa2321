"""Prices, what was charged at them, and the invoices that ask for it. Money is in whole pence."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.centres.models import Centre
from portal.fees.rules import FeeKey, Reason, pounds
from portal.web.tenancy import Holds, TenantQuerySet


class PriceQuerySet(models.QuerySet[Any]):
    def in_force(self, *, on: date) -> Self:
        """Prices that have begun by a London date, those that were put right left out."""
        return self.filter(superseded_at=None, in_force_from__lte=on)


class Price(models.Model):
    """What a service costs in a family of qualifications (or "", in all) from a day on. Superseded, never edited.

    `pence` None: the price is not known yet. `confirmed` is false for amounts that no first-hand source bears out.
    """

    holds = Holds.REFERENCE

    key = models.CharField(max_length=30, choices=[(k.value, k.label) for k in FeeKey])
    family = models.CharField(max_length=30, blank=True)
    year = models.CharField(max_length=7)
    pence = models.PositiveIntegerField(null=True, blank=True)
    in_force_from = models.DateField()
    confirmed = models.BooleanField(default=False)
    source = models.CharField(max_length=400)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = PriceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "family", "in_force_from"], condition=Q(superseded_at=None), name="price_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(pence__isnull=False) | Q(confirmed=False), name="price_confirmed_if_known"
            ),
            models.CheckConstraint(
                condition=Q(superseded_by=None) | Q(superseded_at__isnull=False), name="price_superseded_at_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_key_display()}, {self.year}"

    @property
    def words(self) -> str:
        return pounds(self.pence)


class Invoice(models.Model):
    """A centre's lines, asked for together. `number` runs through a year without gaps."""

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="invoices")
    number = models.CharField(max_length=16, unique=True)
    pence = models.IntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = TenantQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number

    @property
    def words(self) -> str:
        return pounds(self.pence)


class InvoiceCounter(models.Model):
    """The last number given out in a year; the row is held while the next one is taken."""

    holds = Holds.SYSTEM

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)


class FeeLineQuerySet(TenantQuerySet):
    def owed(self) -> Self:
        """Lines that count: neither waived nor taken back, nor the credit that takes another back."""
        return self.filter(waived_at=None, reversed_at=None, reverses=None)

    def to_invoice(self) -> Self:
        """Lines with a price that no invoice has asked for, credits among them."""
        return self.filter(invoice=None, waived_at=None, pence__isnull=False)


class FeeLine(models.Model):
    """One charge. `group` is the reference that the components of one review share.

    `pence` None: charged at a price that is not known yet. A line that no invoice holds is waived; one that was
    invoiced is taken back by a second line, once: `reverses` names the first, `pence` is then negative.
    """

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="fee_lines")
    group = models.CharField(max_length=30)
    key = models.CharField(max_length=30, choices=[(k.value, k.label) for k in FeeKey])
    family = models.CharField(max_length=30, blank=True)
    price = models.ForeignKey(Price, on_delete=models.PROTECT, null=True, related_name="+")
    pence = models.IntegerField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    waived_at = models.DateTimeField(null=True, blank=True)
    reversed_at = models.DateTimeField(null=True, blank=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal")
    reason = models.CharField(max_length=30, blank=True, choices=[(r.value, r.label) for r in Reason])
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, null=True, blank=True, related_name="lines")

    objects = FeeLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses=None, pence__isnull=True)
                | Q(reverses=None, pence__gte=0)
                | Q(reverses__isnull=False, pence__lte=0),
                name="fee_line_sign",
            ),
            models.CheckConstraint(condition=Q(waived_at=None) | Q(reversed_at=None), name="fee_waived_or_reversed"),
            models.CheckConstraint(condition=Q(waived_at=None) | Q(invoice=None), name="fee_waived_or_invoiced"),
            models.CheckConstraint(
                condition=Q(reversed_at=None) | Q(invoice__isnull=False), name="fee_reversed_once_invoiced"
            ),
            models.CheckConstraint(condition=Q(invoice=None) | Q(pence__isnull=False), name="fee_invoiced_if_priced"),
            models.CheckConstraint(condition=Q(reverses=None) | ~Q(reverses=F("id")), name="fee_line_reverses_another"),
        ]
        indexes = [
            models.Index(fields=["centre", "-id"], name="fee_line_of_centre"),
            models.Index(fields=["group"], name="fee_line_group"),
            models.Index(fields=["centre"], condition=Q(invoice=None, waived_at=None), name="fee_line_to_invoice"),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.get_key_display()}"

    @property
    def words(self) -> str:
        return pounds(self.pence)
