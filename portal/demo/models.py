"""The mark that a database holds invented people only."""

from django.db import models
from django.db.models import Q

from portal.web.tenancy import Holds


class DemoMark(models.Model):
    """At most one row. `loaded_at` is the real time at which the demo data were loaded."""

    holds = Holds.SYSTEM

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="demo_mark_once")]
