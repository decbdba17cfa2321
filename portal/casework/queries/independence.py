"""Who played which part in a case, and who is free to take one."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.casework.models import Case, Interest, Involvement
from portal.casework.rules import BARRED_BY, Part, bars
from portal.centres.queries import staff_who_may
from portal.centres.rules import STAFF_DECISIONS_COUNTERSIGN

_ABOUT = ("centre", "learner", "unit", "series")


@dataclass(frozen=True)
class Verdict:
    """Whether a colleague may take a part, and if not, why, in words."""

    user: Any
    free: bool
    words: str


def parts_of(*, case: Case, users: Collection[int] | None = None) -> dict[int, set[Part]]:
    """The parts that people have in a case, by their own involvement or by an interest that fits it."""
    found: dict[int, set[Part]] = defaultdict(set)
    rows = [Involvement.objects.filter(case=case), Interest.objects.filter(_fits_case(case))]
    involved, interested = (every if users is None else every.filter(user__in=users) for every in rows)
    for user, part in involved.values_list("user", "part").union(interested.values_list("user", "part")):
        found[user].add(Part(part))
    return found


def _fits_case(case: Case) -> Q:
    """An empty column asks nothing of the case."""
    fits = Q()
    for name in _ABOUT:
        own = getattr(case, f"{name}_id")
        fits &= Q(**{name: None}) if own is None else Q(**{name: None}) | Q(**{name: own})
    return fits


def free_for(*, cases: QuerySet[Case], user: Any, taking: Part) -> QuerySet[Case]:
    """The cases in which nothing keeps somebody from a part: one query, whatever their number."""
    barring = [part.value for part in BARRED_BY[taking]]
    involved = Involvement.objects.filter(case=OuterRef("pk"), user=user, part__in=barring)
    interested = Interest.objects.filter(user=user, part__in=barring)
    for name in _ABOUT:
        interested = interested.filter(Q(**{name: None}) | Q(**{name: OuterRef(f"{name}_id")}))
    return cases.exclude(Exists(involved)).exclude(Exists(interested))


def permission_for(*, case: Case, taking: Part) -> str:
    """What a part asks for besides independence."""
    return STAFF_DECISIONS_COUNTERSIGN if taking is Part.COUNTERSIGNED else case.kind_of.works


def eligible_people(*, case: Case, part: Part, on: date) -> list[Verdict]:
    """The guard's verdict on every colleague who could take the part: the free ones first."""
    people = list(staff_who_may(capability=permission_for(case=case, taking=part), on=on))
    parts = parts_of(case=case, users=[person.pk for person in people])
    verdicts = [_verdict(person, bars(parts=parts.get(person.pk, ()), taking=part)) for person in people]
    return sorted(verdicts, key=lambda verdict: not verdict.free)


def _verdict(person: Any, bar: Part | None) -> Verdict:
    words = f"{person.name} is not involved." if bar is None else f"{person.name} {bar.label}."
    return Verdict(user=person, free=bar is None, words=words)
