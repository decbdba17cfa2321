"""Requests of a centre: to track them, and one with all that its page shows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict

from deadlines.models import Clock
from deadlines.queries import explain_clock
from portal.catalogue.models import Grade
from portal.fees.models import FeeLine
from portal.fees.rules import exposure
from portal.learners.models import Boundary, Paper
from portal.web.actor import Actor
from portal.web.words import count
from postresults.models import Request
from postresults.rules import states
from postresults.rules.services import REVIEWS, Service

# Newest first.
ORDER = ("-case_id",)
WITH_US = frozenset({states.RECEIVED, states.ACCEPTED, states.REVIEWING})
# What the tabs of the list hold, in their order: key, words, tone, statuses.
TABS = (
    ("open", "Open", "neutral", states.LIVE),
    ("waiting", "Waiting for consent", "soon", frozenset({states.WAITING})),
    ("with-us", "With us", "claimed", WITH_US),
    ("issued", "Outcome issued", "issued", frozenset({states.DECIDED})),
    ("ended", "Ended", "neutral", states.ENDED),
)
TONES = {
    states.WAITING: "soon",
    states.RECEIVED: "claimed",
    states.ACCEPTED: "claimed",
    states.REVIEWING: "claimed",
    states.DECIDED: "issued",
    states.CLOSED: "issued",
    states.WITHDRAWN: "neutral",
    states.REFUSED: "late",
    states.LAPSED: "late",
}


@dataclass(frozen=True)
class Search:
    """What an address asks of the list. Unknown values narrow nothing."""

    words: str = ""
    tab: str = "open"
    service: str = ""

    @classmethod
    def read(cls, asked: QueryDict) -> "Search":
        tab, service = asked.get("state", ""), asked.get("service", "")
        return cls(
            words=asked.get("q", "").replace("\x00", "").strip()[:80],
            tab=tab if tab in {key for key, *_ in TABS} else "open",
            service=service if service in {one.value for one in Service} else "",
        )

    @property
    def statuses(self) -> frozenset[str]:
        return next(held for key, _, _, held in TABS if key == self.tab)


def searched(*, actor: Actor, search: Search) -> QuerySet[Request]:
    """Requests that fit the words and the service, whatever their state."""
    rows = Request.objects.visible_to(actor)
    if search.service:
        rows = rows.filter(service=search.service)
    for word in search.words.replace(",", " ").split():
        rows = rows.filter(_mentions(word))
    return rows


def _mentions(word: str) -> Q:
    if word.isdecimal() and len(word) <= 4:
        return Q(case__learner__candidate_number=word.zfill(4))
    if "-" in word and any(letter.isdecimal() for letter in word):
        return Q(case__reference__iexact=word) | Q(submission__reference__iexact=word)
    return Q(case__learner__family_name__icontains=word) | Q(case__learner__given_name__icontains=word)


def listed(*, rows: QuerySet[Request], search: Search) -> QuerySet[Request]:
    """Those of them under the chosen tab, with what a row shows."""
    rows = rows.filter(case__status__in=search.statuses)
    return rows.select_related("case__learner", "unit", "series", "submission")


def tab_counts(rows: QuerySet[Request]) -> dict[str, int]:
    """How many stand under each tab: one query."""
    found = dict(rows.order_by().values_list("case__status").annotate(Count("pk")))
    return {key: sum(found.get(status, 0) for status in held) for key, _, _, held in TABS}


def request_of(*, actor: Actor, reference: str) -> Request | None:
    """One request of the actor's centre with what its page shows."""
    rows = Request.objects.visible_to(actor).select_related(
        "case__centre",
        "case__learner",
        "case__owner",
        "centre",
        "submission__by",
        "registration__programme__qualification",
        "result__release",
        "unit",
        "series",
        "consent",
    )
    return _with_result(rows).filter(case__reference=reference).first()


def _with_result(rows: QuerySet[Request]) -> QuerySet[Request]:
    """The words of the grade, the paper's highest mark and the boundary above, read along in the same query."""
    component = {"unit": OuterRef("unit"), "series": OuterRef("series")}
    above = Boundary.objects.filter(**component, mark__gt=OuterRef("result__mark")).order_by("mark")
    return rows.annotate(
        grade_words=_label("result__grade"),
        max_mark=Subquery(Paper.objects.filter(**component).values("max_mark")[:1]),
        next_mark=Subquery(above.values("mark")[:1]),
        next_grade=Subquery(above.values("grade")[:1]),
        next_words=_label("next_grade"),
    )


def _label(grade: str) -> Subquery:
    rows = Grade.objects.filter(scale=OuterRef("unit__scale"), code=OuterRef(grade))
    return Subquery(rows.values("label")[:1])


def due_of(*, request: Request, actor: Actor) -> dict[str, Any] | None:
    """The promised date with its working; None while nothing is promised."""
    clock = Clock.objects.promises().filter(case=request.case).order_by("-pk").first()
    return explain_clock(clock, as_of=actor.at) if clock else None


def standing_words(request: Any) -> str:
    """ "29 of 50, Level 2 Pass. 1 mark below Level 2 Merit."; "" for a request that is about no single result."""
    row = request.result
    if row is None:
        return ""
    of = f" of {request.max_mark}" if request.max_mark else ""
    mark = f"{row.mark}{of}, " if row.mark is not None else ""
    stands = f"{mark}{request.grade_words or row.grade}."
    if row.mark is None or request.next_mark is None:
        return stands
    above = request.next_words or request.next_grade
    return f"{stands} {count(request.next_mark - row.mark, 'mark')} below {above}."


def fee_words(request: Request) -> str:
    """What the review costs, all its components together, in one sentence."""
    lines = list(FeeLine.objects.filter(centre=request.centre, group=request.group, reverses=None))
    if not lines:
        return "Nothing is charged until the request is filed."
    owed = [line for line in lines if line.waived_at is None and line.reversed_at is None]
    if not owed:
        return f"Nothing to pay: {lines[-1].get_reason_display()}."
    only = " No charge if the overall grade changes." if Service(request.service) in REVIEWS else ""
    shared = " for all components of this review" if len(owed) > 1 else ""
    return f"{exposure(owed).words}{shared}.{only}"
