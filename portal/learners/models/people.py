"""Learners of a centre: what they are registered for and entered for."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.catalogue.models import Qualification, Series, Unit
from portal.centres.models import Centre
from portal.web.tenancy import Holds, TenantQuerySet


class OfRegistration(TenantQuerySet):
    centre_path = "registration__centre"


class Learner(models.Model):
    """`candidate_number` has four digits and is the centre's; ULN and UCI carry check characters."""

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="learners")
    candidate_number = models.CharField(max_length=4)
    family_name = models.CharField(max_length=80)
    given_name = models.CharField(max_length=80)
    born_on = models.DateField(null=True, blank=True)
    uln = models.CharField(max_length=10, blank=True)
    uci = models.CharField(max_length=13, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "candidate_number"], name="candidate_number_once"),
            models.UniqueConstraint(fields=["centre", "uln"], condition=~Q(uln=""), name="uln_once_a_centre"),
        ]

    def __str__(self) -> str:
        return f"{self.family_name}, {self.given_name}"


class Programme(models.Model):
    """A qualification that a centre is approved to run. Claims wait until standards verification releases it."""

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="programmes")
    qualification = models.ForeignKey(Qualification, on_delete=models.PROTECT, related_name="+")
    needs_release = models.BooleanField(default=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "qualification"], name="programme_once")]

    def __str__(self) -> str:
        return str(self.qualification)


class Registration(models.Model):
    """A learner on a programme, expected to complete in a series. `number` is the awarding organisation's."""

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="registrations")
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="registrations")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="registrations")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=12, unique=True)
    registered_on = models.DateField()
    version = models.PositiveIntegerField(default=1)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "programme"], name="registration_once")]


class UnitChoice(models.Model):
    """A unit in the learner's set: which units make up the award."""

    holds = Holds.TENANT

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="choices")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    objects = OfRegistration.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "unit"], name="unit_choice_once")]


class Entry(models.Model):
    """A learner entered for an externally assessed unit in a series."""

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="entries")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="entries")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    entered_on = models.DateField()

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "unit", "series"], name="entry_once")]
