"""What the learner pages read."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from portal.catalogue.models import AwardRule, Part, UnitKind
from portal.learners.models import AwardResult, Entry, Learner, Registration, Result, UnitChoice
from portal.learners.rules import HoursCheck, hours_check
from portal.web.actor import Actor

ORDER = ("family_name", "given_name", "pk")
_REGISTRATIONS = Registration.objects.select_related("programme__qualification", "series").order_by("pk")


def learners(*, actor: Actor, words: str = "") -> QuerySet[Learner]:
    """Learners of the actor's centre whose name, candidate number or learner number the words fit."""
    rows = Learner.objects.visible_to(actor).prefetch_related(Prefetch("registrations", queryset=_REGISTRATIONS))
    for word in words.replace(",", " ").split():
        if word.isdecimal():
            rows = rows.filter(Q(uln=word) if len(word) > 4 else Q(candidate_number__endswith=word))
        else:
            rows = rows.filter(Q(family_name__icontains=word) | Q(given_name__icontains=word))
    return rows


def find_learner(*, actor: Actor, candidate: str) -> Learner | None:
    """A learner of the actor's centre by candidate number."""
    return Learner.objects.visible_to(actor).filter(candidate_number=candidate).first()


def find_registration(*, actor: Actor, number: str) -> Registration | None:
    """A registration of the actor's centre by its number."""
    rows = Registration.objects.visible_to(actor).select_related(
        "learner", "programme__qualification", "series", "centre"
    )
    return rows.filter(number=number).first()


def record_of(*, actor: Actor, learner: Learner) -> dict[str, Any]:
    """Registrations, entries, and the results that the actor may see, of one learner. Four queries."""
    registrations = list(_REGISTRATIONS.filter(learner=learner))
    entries = Entry.objects.filter(registration__in=registrations).select_related("unit", "series", "registration")
    shown = {"registration__in": registrations}
    results = Result.objects.shown_to(actor).filter(**shown).select_related("unit__scale", "series", "release")
    awards = AwardResult.objects.shown_to(actor).filter(**shown)
    return {
        "registrations": registrations,
        "entries": list(entries.order_by("-series", "unit__number", "pk")),
        "results": list(results.order_by("-series", "unit__number", "pk")),
        "awards": list(awards.select_related("registration__programme__qualification", "series", "release")),
    }


def set_of_units(registration: Registration) -> dict[str, Any]:
    """Mandatory and optional units of the qualification, which are in the set, and the hours it comes to."""
    award = registration.programme.qualification_id
    parts = list(Part.objects.filter(qualification=award).select_related("unit").order_by("pk"))
    chosen = set(UnitChoice.objects.filter(registration=registration).values_list("unit_id", flat=True))
    return {
        "mandatory": [part.unit for part in parts if part.mandatory],
        "missing": [part.unit for part in parts if part.mandatory and part.unit_id not in chosen],
        "optional": [part.unit for part in parts if not part.mandatory],
        "chosen": chosen,
        "hours": hours_of(registration, [part.unit for part in parts if part.mandatory or part.unit_id in chosen]),
    }


def hours_of(registration: Registration, units: list[Any]) -> HoursCheck:
    """The hours of units against what the award needs."""
    rule = AwardRule.objects.filter(qualification=registration.programme.qualification_id)
    latest = rule.order_by("-in_force_from").first()
    return hours_check(has=sum(unit.guided_hours for unit in units), needs=latest.total_hours if latest else 0)


def units_to_enter(registration: Registration) -> list[dict[str, Any]]:
    """External units of the set, those without entry and result first. An entry is one in the series of completion."""
    chosen = UnitChoice.objects.filter(registration=registration, unit__kind=UnitKind.EXTERNAL)
    entries = Entry.objects.filter(registration=registration, series=registration.series_id)
    entered = dict(entries.values_list("unit_id", "entered_on"))
    results = dict(
        Result.objects.counted().filter(registration=registration).order_by("issued_at").values_list("unit_id", "grade")
    )
    lines = [
        {"unit": row.unit, "entered_on": entered.get(row.unit_id), "result": results.get(row.unit_id, "")}
        for row in chosen.select_related("unit").order_by("unit__number")
    ]
    return sorted(lines, key=lambda line: bool(line["entered_on"] or line["result"]))
