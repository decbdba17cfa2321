"""What decides on the offers for some results, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from deadlines.queries import dates_of
from deadlines.rules.calendar import last_instant
from portal.catalogue.models import Series, UnitKind
from portal.clock import london_date
from portal.learners.models import Result
from postresults.models import Request
from postresults.rules import states
from postresults.rules.offers import Offer, Standing, offer
from postresults.rules.services import Service, terms_of

# What a result must bring along, so that no row costs a query of its own.
RELATED = ("registration__learner", "registration__programme__qualification", "unit", "series", "release", "centre")


def closing_instants(series: Series | str) -> dict[str, datetime]:
    """The last instant of each window of a series that has a date, by its key."""
    windows = {terms_of(service, on=date.max).window for service in Service} - {""}
    dates = dates_of(series)
    return {key: last_instant(dates[key].on) for key in windows if key in dates}


def standings(*, results: Iterable[Result], at: datetime) -> dict[int, Standing]:
    """By the id of the result. The results are of one series and bring `RELATED` along."""
    rows = list(results)
    if not rows:
        return {}
    closes_at = closing_instants(rows[0].series)
    asked = _asked(rows)
    return {row.pk: _standing(row, at, closes_at, asked[row.pk]) for row in rows}


def _standing(row: Result, at: datetime, closes_at: dict[str, datetime], asked: list[tuple[str, str]]) -> Standing:
    return Standing(
        family=row.registration.programme.qualification.family,
        external=row.unit.kind == UnitKind.EXTERNAL,
        at=at,
        opens_at=row.release.to_candidates_at,
        closes_at=closes_at,
        live=[Service(service) for service, status in asked if status in states.LIVE],
        done=[Service(service) for service, status in asked if status in states.ANSWERED],
    )


def _asked(rows: Sequence[Result]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    requests = Request.objects.filter(result__in=[row.pk for row in rows])
    for result_id, service, status in requests.values_list("result_id", "service", "case__status"):
        found[result_id].append((service, status))
    return found


def offers(*, standing: Standing) -> dict[Service, Offer]:
    """Every service for one result, offered or with the reason against it."""
    on = london_date(standing.at)
    return {service: offer(terms_of(service, on=on), standing) for service in Service}


def results_for(actor: Any) -> Any:
    """Results that the actor may see, with what the offers need."""
    return Result.objects.shown_to(actor).select_related(*RELATED)
