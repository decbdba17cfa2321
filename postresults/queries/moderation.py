"""Components that the centre marked and we moderated, with what the offer of service 3 turns on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from portal.catalogue.models import Part, Series, Unit, UnitKind
from portal.clock import london_date
from portal.learners.models import Result
from postresults.models import Request
from postresults.queries.standings import RELATED, closing_instants
from postresults.rules import states
from postresults.rules.offers import Offer, Standing, offer
from postresults.rules.services import Service, terms_of


@dataclass(frozen=True)
class Moderated:
    """One moderated component with its cohort: the registrations whose award has results in the series."""

    unit: Unit
    award: str
    candidates: int
    results: tuple[int, ...]
    offer: Offer


def moderated(*, results: QuerySet[Result], series: Series | str, at: datetime) -> list[Moderated]:
    """The moderated components of the awards that have `results` in a series, by award and number. Four queries.

    The results are those of one centre. Families in which there is no review of moderation are left out.
    """
    code = series if isinstance(series, str) else series.pk
    families = terms_of(Service.MODERATION, on=london_date(at)).families
    wide = results.filter(series=code, registration__programme__qualification__family__in=families)
    by_award: dict[int, list[Result]] = defaultdict(list)
    for row in wide.select_related(*RELATED).order_by("pk"):
        by_award[row.registration.programme.qualification_id].append(row)
    parts = Part.objects.filter(qualification__in=by_award, unit__kind=UnitKind.INTERNAL)
    asked = _asked(results, code)
    closes_at = closing_instants(code) if by_award else {}
    ordered = parts.select_related("unit", "qualification").order_by("qualification__title", "unit__code")
    return [_moderated(part, by_award[part.qualification_id], asked, closes_at, at) for part in ordered]


def _asked(results: QuerySet[Result], series: str) -> dict[int, list[str]]:
    rows = Request.objects.filter(
        centre__in=results.values("centre"), series=series, service=Service.MODERATION.value
    ).values_list("unit", "case__status")
    found: dict[int, list[str]] = defaultdict(list)
    for unit, status in rows:
        found[unit].append(status)
    return found


def _moderated(
    part: Part,
    rows: list[Result],
    asked: Mapping[int, Iterable[str]],
    closes_at: Mapping[str, datetime],
    at: datetime,
) -> Moderated:
    statuses = list(asked.get(part.unit_id, ()))
    standing = Standing(
        family=rows[0].registration.programme.qualification.family,
        external=False,
        at=at,
        opens_at=max(row.release.to_candidates_at for row in rows),
        closes_at=closes_at,
        live=[Service.MODERATION for status in statuses if status in states.LIVE],
        done=[Service.MODERATION for status in statuses if status in states.ANSWERED],
    )
    return Moderated(
        unit=part.unit,
        award=str(part.qualification),
        candidates=len({row.registration_id for row in rows}),
        results=tuple(row.pk for row in rows),
        offer=offer(terms_of(Service.MODERATION, on=london_date(at)), standing),
    )
