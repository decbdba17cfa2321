"""What can be asked for, learner by learner and component by component, with prices and promised dates."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from deadlines.queries import dates_of, explain_key_date, explain_limit
from portal.catalogue.models import Series, Unit
from portal.clock import london_date
from portal.fees.models import Price
from portal.fees.queries import prices
from portal.fees.rules import Exposure, FeeKey, pounds
from portal.learners.models import Result
from portal.web.actor import Actor
from portal.web.words import day_short
from postresults.models import Request
from postresults.queries.standings import RELATED, offers, standings
from postresults.rules.asking import Line
from postresults.rules.offers import Offer
from postresults.rules.picking import Pick, address, read_picks
from postresults.rules.services import FEE_KEYS, OF_MARKS, Service, terms_of

# Those that one officer asks for in this way, in the order they are offered in.
ASKED_HERE = (Service.PRIORITY, Service.MARKING, Service.CLERICAL, Service.COMMENTS, Service.ORIGINAL)
MOST = 60  # rows of the grid, and lines of a request: beyond that a concern about the whole component is the way
_LEARNER = "registration__learner__"
_BY_LEARNER = (
    *(f"{_LEARNER}{name}" for name in ("family_name", "given_name", "candidate_number")),
    "unit__number",
    "pk",
)


@dataclass(frozen=True)
class Search:
    """What the address asks of the grid: words for learners, one component, and what is picked already."""

    words: str = ""
    unit: str = ""
    series: str = ""
    picks: tuple[Pick, ...] = ()

    @classmethod
    def read(cls, asked: QueryDict) -> "Search":
        words = " ".join([asked.get("q", ""), asked.get("candidate", "")])
        return cls(
            words=words.replace("\x00", "").strip()[:200],
            unit=asked.get("unit", "").replace("\x00", "")[:20],
            series=asked.get("series", "").replace("\x00", "")[:7],
            picks=read_picks(asked.getlist("pick"), copies=asked.getlist("copy")),
        )

    @property
    def address(self) -> str:
        return address(self.picks)


@dataclass(frozen=True)
class Choice:
    """A service in a cell: offered, with its price and the date we would promise."""

    service: Service
    value: str
    words: str


@dataclass(frozen=True)
class Row:
    """One component of one learner, and what can be asked about it."""

    result: Result
    choices: tuple[Choice, ...]
    picked: Pick | None
    why_not: str
    copy_words: str

    @property
    def learner(self) -> Any:
        return self.result.registration.learner


def series_open(*, actor: Actor) -> list[Series]:
    """Series of which candidates have results, the latest first."""
    shown = Result.objects.shown_to(actor).released(actor.at).values("series")
    return list(Series.objects.filter(pk__in=shown).order_by("-code"))


def units_of(*, actor: Actor, series: Series) -> list[Unit]:
    """Components of a series with results of this centre."""
    shown = Result.objects.shown_to(actor).released(actor.at).filter(series=series)
    return list(Unit.objects.filter(pk__in=shown.values("unit")).order_by("code"))


def chosen_results(*, actor: Actor, picks: Collection[Pick]) -> dict[int, Result]:
    """The picked results that the actor may see, by id: somebody else's are not there."""
    rows = Result.objects.shown_to(actor).filter(pk__in=[pick.result_id for pick in picks])
    return {row.pk: row for row in rows.select_related(*RELATED)}


def found_results(*, actor: Actor, search: Search, series: Series) -> list[Result]:
    """The results that the grid shows: those looked for, and those picked before. At most `MOST` and one."""
    rows = Result.objects.shown_to(actor).filter(series=series)
    wanted = Q(pk__in=[pick.result_id for pick in search.picks])
    if search.words or search.unit:
        wanted |= _looked_for(search)
    found: QuerySet[Result] = rows.filter(wanted).select_related(*RELATED).order_by(*_BY_LEARNER)
    return list(found[: MOST + 1])


def _looked_for(search: Search) -> Q:
    """Any of the words names a learner: candidate numbers and names, several at once."""
    wanted = Q(unit__code=search.unit) if search.unit else Q()
    learners = Q()
    for word in search.words.replace(",", " ").split():
        learners |= _named(word)
    return wanted & learners


def _named(word: str) -> Q:
    if word.isdecimal():
        return Q(**{f"{_LEARNER}candidate_number": word.zfill(4)})
    return Q(**{f"{_LEARNER}family_name__icontains": word}) | Q(**{f"{_LEARNER}given_name__icontains": word})


def grid(*, results: Sequence[Result], picks: Collection[Pick], at: datetime) -> list[Row]:
    """A row for each result. Four queries, however many rows."""
    known = Known.of(results, at=at)
    picked = {pick.result_id: pick for pick in picks}
    return [_row(row, picked.get(row.pk), known) for row in results]


def _row(result: Result, picked: Pick | None, known: "Known") -> Row:
    found = known.offers(result)
    choices = tuple(
        Choice(service, f"{result.pk}:{service.value}", known.words(service, result))
        for service in ASKED_HERE
        if found[service].offered
    )
    copies = any(choice.service in OF_MARKS for choice in choices)
    return Row(
        result=result,
        choices=choices,
        picked=picked,
        why_not="" if choices else found[Service.MARKING].reason,
        copy_words=known.price_words(FeeKey.REVIEWED_SCRIPT, result) if copies else "",
    )


@dataclass(frozen=True)
class Known:
    """Standings, prices and promised dates of some results, read at once."""

    standings: Mapping[int, Any]
    prices: Mapping[tuple[FeeKey, str], Price | None]
    promised: Mapping[Service, dict[str, Any]]

    @classmethod
    def of(cls, results: Iterable[Result], *, at: datetime) -> "Known":
        rows = list(results)
        families = {row.registration.programme.qualification.family for row in rows}
        keys = [(key, family) for key in {*FEE_KEYS.values(), FeeKey.REVIEWED_SCRIPT} for family in families]
        nation = rows[0].centre.nation if rows else ""
        return cls(
            standings=standings(results=rows, at=at),
            prices=prices(keys=keys, on=london_date(at)) if keys else {},
            promised=promised(nation=nation, at=at) if rows else {},
        )

    def offers(self, result: Result) -> dict[Service, Offer]:
        return offers(standing=self.standings[result.pk])

    def price(self, key: FeeKey, result: Result) -> Price | None:
        return self.prices[key, result.registration.programme.qualification.family]

    def price_words(self, key: FeeKey, result: Result) -> str:
        price = self.price(key, result)
        words = pounds(price.pence if price else None)
        return words if price is None or price.confirmed or price.pence is None else f"{words} (unconfirmed)"

    def words(self, service: Service, result: Result) -> str:
        """ "Review of marking (service 2), £42.50 (unconfirmed), by Thursday 18 July"."""
        due = self.promised.get(service)
        by = f", by {day_short(due['on'])}" if due else ""
        return f"{service.label}, {self.price_words(FEE_KEYS[service], result)}{by}"


def promised(*, nation: str, at: datetime) -> dict[Service, dict[str, Any]]:
    """The date we would promise for each service that is asked for at this instant, with its working."""
    limits = {service: terms_of(service, on=london_date(at)).limit for service in Service}
    return {
        service: explain_limit(limit=limit, start=at, nation=nation, as_of=at)
        for service, limit in limits.items()
        if limit
    }


def windows(*, series: Series, at: datetime) -> list[dict[str, Any]]:
    """The last day of each service of a series that has one, with its working; services that share a day together."""
    dates = dates_of(series)
    found: dict[str, list[str]] = {}
    for service in Service:
        key = terms_of(service, on=london_date(at)).window
        if key in dates:
            found.setdefault(key, []).append(service.label)
    lines = [{"services": found[key], "due": explain_key_date(key_date=dates[key], as_of=at)} for key in found]
    return sorted(lines, key=lambda line: line["due"]["on"])


def lines_of(picks: Iterable[Pick], places: Mapping[int, bool | None]) -> list[Line]:
    """The picks as lines of a request, with the answers about places."""
    return [Line(pick.result_id, pick.service, pick.with_copy, places.get(pick.result_id)) for pick in picks]


def priced(*, requests: Sequence[Request], at: datetime) -> tuple[list[dict[str, Any]], Exposure]:
    """Stored requests with what filing them at an instant costs, each and together."""
    keys = {row.pk: _keys(row) for row in requests}
    found = prices(keys={key for each in keys.values() for key in each}, on=london_date(at)) if keys else {}
    known = {key: price.pence if price else None for key, price in found.items()}
    amounts = {pk: [known[key] for key in each] for pk, each in keys.items()}
    lines = [
        {
            "request": row,
            "learner": row.case.learner,
            "service": Service(row.service).label,
            "price": " + ".join(pounds(pence) for pence in amounts[row.pk]),
        }
        for row in requests
    ]
    every = [pence for each in amounts.values() for pence in each]
    return lines, Exposure(sum(pence for pence in every if pence is not None), every.count(None))


def _keys(row: Request) -> list[tuple[FeeKey, str]]:
    family = row.registration.programme.qualification.family if row.registration else ""
    keys = [FEE_KEYS[Service(row.service)], *([FeeKey.REVIEWED_SCRIPT] if row.with_copy else [])]
    return [(key, family) for key in keys]
