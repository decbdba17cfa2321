"""The scripts of a component: which can be downloaded for what, and why the others cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.clock import london_date
from portal.consent.models import Consent
from portal.consent.queries import in_force
from portal.learners.models import Result
from portal.web.actor import Actor
from postresults.models import Script
from postresults.queries.standings import results_for, standings
from postresults.rules.offers import Offer, offer
from postresults.rules.scripts import PURPOSES, Use, shows_name
from postresults.rules.services import Service, terms_of

NOT_HERE = "The script has not reached us in digital form yet. Write to us to ask for it."
NO_CONSENT = {
    Use.REVIEW: "The learner has not agreed that the centre sees the script.",
    Use.TEACHING: "The learner has not agreed that the script is used in lessons.",
}


@dataclass(frozen=True)
class Copy:
    """A use of one script: the copy that fits it, or the reason why there is none."""

    use: Use
    script: Script | None
    consent: Consent | None
    reason: str

    @property
    def named(self) -> bool:
        return self.script is not None and not self.script.anonymous


@dataclass(frozen=True)
class ScriptLine:
    """One candidate of a component with a copy for each use."""

    result: Result
    offer: Offer
    copies: tuple[Copy, ...]

    def copy(self, use: Use) -> Copy:
        return next(copy for copy in self.copies if copy.use is use)


def component_results(*, actor: Actor, unit: str, series: str) -> list[Result]:
    """The results of a component that the actor may see, by name."""
    rows = results_for(actor).filter(unit__code=unit, series=series)
    return list(rows.order_by("registration__learner__family_name", "registration__learner__given_name", "pk"))


def script_lines(*, results: Sequence[Result], at: datetime) -> list[ScriptLine]:
    """A line for each result of one component, in their order. Six queries."""
    if not results:
        return []
    found = standings(results=results, at=at)
    terms = terms_of(Service.DOWNLOAD, on=london_date(at))
    scripts = _scripts(results)
    consents = {use: _consents(results, use, at) for use in Use}
    lines = []
    for row in results:
        offered = offer(terms, found[row.pk])
        copies = [_copy(row, use, offered, consents[use], scripts) for use in Use]
        lines.append(ScriptLine(row, offered, tuple(copies)))
    return lines


def _scripts(results: Sequence[Result]) -> dict[tuple[int, bool], Script]:
    rows = Script.objects.filter(result__in=[row.pk for row in results], file__erased_at=None)
    return {(row.result_id, row.anonymous): row for row in rows}


def _consents(results: Sequence[Result], use: Use, at: datetime) -> dict[tuple[int, int], Consent]:
    return in_force(
        learner_ids={row.registration.learner_id for row in results},
        unit_ids={row.unit_id for row in results},
        series=results[0].series_id,
        purpose=PURPOSES[use],
        at=at,
    )


def _copy(
    row: Result,
    use: Use,
    offered: Offer,
    consents: Mapping[tuple[int, int], Consent],
    scripts: Mapping[tuple[int, bool], Script],
) -> Copy:
    """The first reason against it is the one that is told."""
    consent = consents.get((row.registration.learner_id, row.unit_id))
    if not offered.offered:
        return Copy(use, None, consent, f"{offered.reason} {offered.next_step}".strip())
    if consent is None:
        return Copy(use, None, None, NO_CONSENT[use])
    script = scripts.get((row.pk, not shows_name(use, named=consent.named)))
    return Copy(use, script, consent, "" if script else NOT_HERE)
