"""What staff arrange at their own desk: filters worth keeping, and who covers for whom."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.desk.rules import LONGEST_NAME, LONGEST_QUERY, Days
from portal.web.tenancy import Holds


def _person(**more: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, **{"related_name": "+", **more})


class SavedFilter(models.Model):
    """The filters, search and order of a queue under a name. `queue` is the label of its model: "claims.claim".

    Kept as words of an address, so a queue may change its filters; whoever opens it asks the queue what still fits.
    """

    holds = Holds.SYSTEM

    owner = _person(related_name="saved_filters")
    queue = models.CharField(max_length=100)
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY)
    shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "queue", "name"], name="saved_filter_name_once")]
        indexes = [models.Index(fields=["queue", "name"], name="saved_filter_of_queue")]

    def __str__(self) -> str:
        return self.name


class CoverQuerySet(models.QuerySet[Any]):
    def in_force(self, *, on: date) -> Self:
        """Covers that hold on a London date: begun, not over, not ended."""
        return self.filter(from_on__lte=on, to_on__gte=on, ended_at=None)

    def not_over(self, *, on: date) -> Self:
        """Those that hold on a London date or will from a later one."""
        return self.filter(to_on__gte=on, ended_at=None)


class Cover(models.Model):
    """While somebody is away, a colleague sees and hears of what is theirs. Both days are included.

    Nothing that is theirs is rewritten, so it ends by itself, or earlier by an act.
    """

    holds = Holds.SYSTEM

    away = _person(related_name="covers")
    cover = _person(related_name="covering")
    from_on = models.DateField()
    to_on = models.DateField()
    recorded_by = _person()
    recorded_at = models.DateTimeField()
    ended_by = _person(null=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CoverQuerySet.as_manager()

    class Meta:
        verbose_name = "covered absence"
        verbose_name_plural = "covered absences"
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="cover_dates_in_order"),
            models.CheckConstraint(condition=~Q(away=F("cover")), name="cover_is_somebody_else"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="cover_ended_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["away", "to_on"], name="cover_of_away"),
            models.Index(fields=["cover", "to_on"], name="cover_by_cover"),
        ]

    def __str__(self) -> str:
        return f"{self.cover.name} for {self.away.name}"

    @property
    def days(self) -> Days:
        """As the rules read it."""
        return Days(self.away_id, self.away.name, self.cover_id, self.cover.name, self.from_on, self.to_on)
