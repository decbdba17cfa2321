"""Papers and grade boundaries as the rules read them."""

from collections.abc import Collection

from portal.catalogue.models import Grade, Unit
from portal.learners.models import Boundary, Paper
from portal.learners.rules.marks import MarkScale


def mark_scales(wanted: Collection[tuple[int, str]]) -> dict[tuple[int, str], MarkScale]:
    """(unit, series) → its marks and boundaries, for those that have a paper or boundaries. Three queries."""
    units, series = {unit for unit, _ in wanted}, {code for _, code in wanted}
    papers = Paper.objects.filter(unit__in=units, series__in=series)
    highest = {(row.unit_id, row.series_id): row.max_mark for row in papers}
    lowest: dict[tuple[int, str], list[tuple[str, int]]] = {}
    for row in Boundary.objects.filter(unit__in=units, series__in=series).order_by("mark"):
        lowest.setdefault((row.unit_id, row.series_id), []).append((row.grade, row.mark))
    none = _unclassified(units)
    return {
        key: MarkScale(highest.get(key), tuple(lowest.get(key, ())), none.get(key[0], "U"))
        for key in set(wanted) & (highest.keys() | lowest.keys())
    }


def _unclassified(units: Collection[int]) -> dict[int, str]:
    """Unit → the lowest grade of its scale, which is what a mark below every boundary gives."""
    scales = dict(Unit.objects.filter(pk__in=units).values_list("pk", "scale_id"))
    lowest: dict[str, str] = {}
    for scale, code in (
        Grade.objects.filter(scale__in=set(scales.values())).order_by("-rank").values_list("scale_id", "code")
    ):
        lowest[scale] = code
    return {unit: lowest[scale] for unit, scale in scales.items() if scale in lowest}
