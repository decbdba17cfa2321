"""The register of accounts, as heads of centre confirmed it."""

from django.conf import settings
from django.db import models

from portal.centres.models import Centre
from portal.web.tenancy import Holds, TenantQuerySet


class RegisterConfirmation(models.Model):
    """A head of centre confirmed who has an account, once in a school year (`school_year`: when it began).

    `listed` is what was on the page, in ids, codes and days; names are looked up when it is printed.
    """

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="register_confirmations")
    school_year = models.PositiveSmallIntegerField()
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    listed = models.JSONField()

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "school_year"], name="register_confirmed_once_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.centre}, school year from {self.school_year}"
