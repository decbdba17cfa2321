"""Key dates: the one in force, the series they point to, and the finder."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from deadlines.models import DateStatus, KeyDate
from portal.catalogue.models import Series
from portal.errors import Refused
from portal.learners.models import Registration

CLAIMS_KEY = "claims.full_award"
# A series stays the current one for a while after its claims date: late claims, results and reviews belong to it.
AFTERWARDS = timedelta(days=90)


def in_force() -> QuerySet[KeyDate]:
    return KeyDate.objects.exclude(status=DateStatus.SUPERSEDED)


def key_date(*, key: str, series: Series | str) -> KeyDate | None:
    """The date in force for a key and a series (or its code), or None while none is set."""
    code = series if isinstance(series, str) else series.pk
    return in_force().filter(key=key, series_id=code).first()


def dates_of(series: Series | str) -> dict[str, KeyDate]:
    """Every date in force of a series by its key, in one query."""
    code = series if isinstance(series, str) else series.pk
    return {row.key: row for row in in_force().filter(series_id=code)}


def current_claim_date(*, on: date) -> KeyDate:
    """The claims date that is next, or went by less than ninety days ago, with its series.

    A series in which learners are registered goes before one in which nobody is: a date alone, in a series where
    nothing can be claimed, does not turn the portal to it. Refused while none is loaded.
    """
    found = _upcoming(on).select_related("series").first()
    if found is None:
        found = in_force().filter(key=CLAIMS_KEY).select_related("series").order_by("on").last()
    if found is None:
        raise Refused("No key dates are loaded yet: run manage.py load_key_dates.", code="no_dates")
    return found


def _upcoming(on: date) -> QuerySet[KeyDate]:
    registered = Exists(Registration.objects.filter(series=OuterRef("series")))
    dated = in_force().filter(key=CLAIMS_KEY, on__gte=on - AFTERWARDS)
    return dated.annotate(registered=registered).order_by("-registered", "on")


def current_series(*, on: date) -> Series:
    """The series of the current claims date. Refused while no date is loaded."""
    return current_claim_date(on=on).series


def current_dates(*, on: date) -> tuple[Series, dict[str, KeyDate]]:
    """The current series with its dates in force by key: `current_series` and `dates_of` in one query."""
    rows = list(in_force().filter(series=Subquery(_upcoming(on).values("series")[:1])).select_related("series"))
    if rows:
        return rows[0].series, {row.key: row for row in rows}
    series = current_series(on=on)
    return series, dates_of(series)


def find_key_dates(
    *, words: str = "", series: str = "", family: str = "", since: date | None = None, until: date | None = None
) -> list[KeyDate]:
    """Dates in force that match every filter, earliest first. A family finds what is set for all families, too."""
    found = in_force().select_related("series").order_by("on", "id")
    for word in words.split():
        found = found.filter(_mentions(word))
    for lookup, value in {"series_id": series, "on__gte": since, "on__lte": until}.items():
        if value:
            found = found.filter(**{lookup: value})
    # Not every database can look inside a JSON list, and there are never more than a few hundred dates.
    return [row for row in found if not family or not row.families or family in row.families]


def earlier_dates(rows: Iterable[KeyDate]) -> dict[int, list[KeyDate]]:
    """Id of a date → the rows that stood in its place before it, newest first, in one query."""
    by_key = {(row.key, row.series_id): row.pk for row in rows}
    gone = KeyDate.objects.filter(status=DateStatus.SUPERSEDED, key__in={key for key, _ in by_key})
    found: dict[int, list[KeyDate]] = {}
    for old in gone.select_related("superseded_by").order_by("-id"):
        if now := by_key.get((old.key, old.series_id)):
            found.setdefault(now, []).append(old)
    return found


def _mentions(word: str) -> Q:
    places = ("title", "audience", "consequence", "key", "series__title")
    return Q(*[(f"{place}__icontains", word) for place in places], _connector=Q.OR)


def series_choices() -> list[tuple[str, str]]:
    """(code, title) of every series that has dates, in order."""
    return list(Series.objects.filter(key_dates__isnull=False).distinct().order_by("code").values_list("code", "title"))


def current_code(*, on: date) -> str:
    """The code of the current series, or nothing while no date is loaded."""
    try:
        return str(current_series(on=on).pk)
    except Refused:
        return ""
