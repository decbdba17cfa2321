"""What has been issued to learners, when it comes out, and the papers and boundaries it rests on."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.catalogue.models import Series, Unit
from portal.centres.models import Centre
from portal.centres.rules import RESULTS_RESTRICTED, RESULTS_VIEW
from portal.learners.models.people import Registration
from portal.web.actor import Actor
from portal.web.tenancy import Holds, TenantQuerySet


class ResultRelease(models.Model):
    """When the results of a series and level come out: first to heads and exams officers, then to candidates.

    `told_at` is when those who count with results were told that they are out.
    """

    holds = Holds.REFERENCE

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="releases")
    level = models.CharField(max_length=4)
    to_centres_at = models.DateTimeField("to centres")
    to_candidates_at = models.DateTimeField("to candidates")
    source = models.CharField(max_length=300)
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "level"], name="release_once"),
            models.CheckConstraint(
                condition=Q(to_candidates_at__gte=F("to_centres_at")), name="release_to_centres_comes_first"
            ),
        ]
        indexes = [models.Index(fields=["to_candidates_at"], condition=Q(told_at=None), name="release_to_tell")]
        verbose_name = "release of results"
        verbose_name_plural = "releases of results"

    def __str__(self) -> str:
        return f"{self.series}, level {self.level}"


class ReleasedQuerySet(TenantQuerySet):
    """What is issued and when it may be seen. Nothing that a centre reads fetches results in another way."""

    def counted(self) -> Self:
        """Rows that readiness and every count may use: out to candidates, and everyone who counts was told so.

        It turns on what is stored, not on the clock, so that a stored count is right until the telling rewrites it.
        """
        return self.filter(release__told_at__isnull=False)

    def released(self, at: datetime) -> Self:
        """Rows that candidates may know by now."""
        return self.filter(release__to_candidates_at__lte=at)

    def shown_to(self, actor: Actor) -> Self:
        """Rows the actor may see: before the candidates' moment only those who may see restricted results do."""
        rows = self.visible_to(actor)
        if actor.centre is None:
            return rows
        if not actor.can(RESULTS_VIEW):
            return rows.none()
        if actor.can(RESULTS_RESTRICTED):
            return rows.filter(release__to_centres_at__lte=actor.at)
        return rows.released(actor.at)


class Result(models.Model):
    """A grade for an externally assessed unit, with the mark where it has one.

    Loaded once; changed only by a decision.
    """

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="results")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="results")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey(ResultRelease, on_delete=models.PROTECT, related_name="results")
    grade = models.CharField(max_length=8)
    mark = models.PositiveSmallIntegerField(null=True)
    issued_at = models.DateTimeField()

    objects = ReleasedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "unit", "series"], name="result_once")]
        indexes = [models.Index(fields=["centre", "series", "unit"], name="result_of_a_cohort")]


class AwardResult(models.Model):
    """The overall grade of a learner's award in a series. Loaded once; changed only by a decision."""

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="award_results")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="award_results")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey(ResultRelease, on_delete=models.PROTECT, related_name="award_results")
    grade = models.CharField(max_length=8)
    issued_at = models.DateTimeField()

    objects = ReleasedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "series"], name="award_result_once")]


class Paper(models.Model):
    """How a unit was assessed in a series: the highest mark, and the day it was sat (empty: over a period)."""

    holds = Holds.REFERENCE

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="papers")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="papers")
    max_mark = models.PositiveSmallIntegerField()
    sat_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "series"], name="paper_once")]

    def __str__(self) -> str:
        return f"{self.unit}, {self.series}"


class Boundary(models.Model):
    """The lowest mark for a grade of a unit in a series."""

    holds = Holds.REFERENCE

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="boundaries")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="boundaries")
    grade = models.CharField(max_length=8)
    mark = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "series", "grade"], name="boundary_once"),
            models.UniqueConstraint(fields=["unit", "series", "mark"], name="boundary_mark_once"),
        ]
        verbose_name_plural = "boundaries"


class ResultFileStatus(models.TextChoices):
    PREVIEW = "preview", "Looked at, not used yet"
    USED = "used", "Used"
    DISCARDED = "discarded", "Discarded"


class ResultFile(models.Model):
    """A file of results that staff uploaded. `rows` holds each row's cells and what it would do."""

    holds = Holds.SYSTEM

    kind = models.CharField(max_length=12)
    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    ignored = models.JSONField(default=list)
    status = models.CharField(max_length=10, choices=ResultFileStatus.choices, default=ResultFileStatus.PREVIEW)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "file of results"
        verbose_name_plural = "files of results"

    def __str__(self) -> str:
        return f"File {self.filename}"
