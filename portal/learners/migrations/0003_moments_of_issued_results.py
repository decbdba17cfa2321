"""Every result belongs to a release: those that were issued before stay visible from the instant they were."""

from typing import Any

from django.db import migrations
from django.db.models import Min

LEVEL = "registration__programme__qualification__level"


def give_moments(apps: Any, schema_editor: Any) -> None:
    result = apps.get_model("learners", "Result")
    release = apps.get_model("learners", "ResultRelease")
    for series, level, first in result.objects.values_list("series", LEVEL).annotate(Min("issued_at")).order_by():
        made = release.objects.create(
            series_id=series,
            level=level,
            to_centres_at=first,
            to_candidates_at=first,
            told_at=first,
            source="The instant at which the first of these results was issued",
        )
        ids = result.objects.filter(series=series, **{LEVEL: level}).values("pk")
        result.objects.filter(pk__in=list(ids.values_list("pk", flat=True))).update(release=made)


class Migration(migrations.Migration):
    dependencies = [("learners", "0002_results_of_a_season")]

    operations = [migrations.RunPython(give_moments, migrations.RunPython.noop)]
