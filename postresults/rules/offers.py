"""What can be asked for about one candidate's component, and if not, why not and what to do instead."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from portal.errors import Refused
from portal.web.words import moment
from postresults.rules.services import OF_MARKS, REVIEWS, T_LEVEL, Service, Terms


@dataclass(frozen=True)
class Standing:
    """All that decides on an offer. Instants in UTC; `closes_at` by the key of the window, absent where none is set.

    `external` tells marks given by our examiners from marks that the centre gave and we moderated.
    `objective` marks a test without judgement in its marking. `live` are requests under way, `done` those answered.
    """

    family: str
    external: bool
    at: datetime
    opens_at: datetime | None
    closes_at: Mapping[str, datetime]
    has_result: bool = True
    objective: bool = False
    live: Collection[Service] = field(default_factory=tuple)
    done: Collection[Service] = field(default_factory=tuple)


@dataclass(frozen=True)
class Offer:
    """`code` is for programs, `reason` for people; both are empty where the service is offered."""

    service: Service
    code: str = ""
    reason: str = ""
    next_step: str = ""
    closes_at: datetime | None = None

    @property
    def offered(self) -> bool:
        return not self.code


def offer(terms: Terms, standing: Standing) -> Offer:
    """Whether a service can be asked for now. The first reason against it is the one that is told."""
    closes_at = standing.closes_at.get(terms.window)
    for objection in (_family, _kind, _result, _moment, _script, _others):
        found = objection(terms, standing)
        if found:
            return Offer(terms.service, *found, closes_at=closes_at)
    return Offer(terms.service, closes_at=closes_at)


def check_offered(terms: Terms, standing: Standing) -> None:
    """Raises Refused with the reason and the next step where the service is not offered."""
    found = offer(terms, standing)
    if not found.offered:
        raise Refused(f"{found.reason} {found.next_step}".strip(), code=found.code)


def in_time(terms: Terms, *, closes_at: Mapping[str, datetime], at: datetime) -> bool:
    """Whether an instant lies within the window of a service. The last microsecond counts."""
    last = closes_at.get(terms.window)
    return last is not None and at <= last


def _family(terms: Terms, standing: Standing) -> tuple[str, str, str] | None:
    if standing.family == T_LEVEL:
        return (
            "t_level",
            "T Levels have a route of their own.",
            "Write to us with the service, the student, and the qualification and component.",
        )
    if standing.family in terms.families:
        return None
    instead = "You can ask for a review of marking (service 2)." if terms.service is Service.PRIORITY else ""
    return "family", f"{terms.service.label} does not exist for this qualification.", instead


def _kind(terms: Terms, standing: Standing) -> tuple[str, str, str] | None:
    if terms.service is Service.MODERATION and standing.external:
        return (
            "external",
            "This component was marked by our examiners, so there is no moderation to review.",
            ("You can ask for a review of marking."),
        )
    if terms.service is not Service.MODERATION and not standing.external:
        return (
            "internal",
            "Your centre marked this work and we moderated it. Only the moderation can be reviewed.",
            ("A review of moderation is asked for the whole cohort."),
        )
    if standing.objective and terms.service in (Service.MARKING, Service.PRIORITY):
        return (
            "objective",
            "This test is marked by machine, so there is no marking to review.",
            ("You can ask for a clerical re-check (service 1)."),
        )
    return None


def _result(terms: Terms, standing: Standing) -> tuple[str, str, str] | None:
    if standing.has_result:
        return None
    return "no_result", "We have issued no result for this component.", "Write to us if you expected one."


def _moment(terms: Terms, standing: Standing) -> tuple[str, str, str] | None:
    if standing.opens_at is None or standing.at < standing.opens_at:
        when = f" They reach candidates on {moment(standing.opens_at)}." if standing.opens_at else ""
        return "early", f"Results are not with candidates yet.{when}", "Requests and consent open then."
    closes_at = standing.closes_at.get(terms.window)
    if terms.window and closes_at is None:
        return "no_window", "No last day is set for this service in this series.", "Write to us to ask."
    if closes_at is not None and standing.at > closes_at:
        return "late", f"The last moment to ask was {moment(closes_at)}. We cannot accept late requests.", _later(terms)
    return None


def _later(terms: Terms) -> str:
    return "A review of marking (service 2) may still be open." if terms.service is Service.PRIORITY else ""


def _script(terms: Terms, standing: Standing) -> tuple[str, str, str] | None:
    if terms.service in OF_MARKS and Service.ORIGINAL in {*standing.live, *standing.done}:
        return "original_released", "The original script has been asked for, so this component cannot be reviewed.", ""
    if terms.service is Service.ORIGINAL and OF_MARKS & {*standing.live}:
        return "under_review", "The script is with us for a review.", "Ask for it after the outcome."
    if terms.service is Service.REVIEWED_COPY and not OF_MARKS & {*standing.live}:
        return (
            "parent",
            "A copy of the reviewed script is ordered together with its review.",
            ("Tick it when you ask for the review."),
        )
    return None


def _others(terms: Terms, standing: Standing) -> tuple[str, str, str] | None:
    if terms.service in OF_MARKS and OF_MARKS & {*standing.live}:
        return "under_way", "A review of this component is under way.", "Its outcome comes first."
    appeal = "If you are not satisfied with its outcome, you may be able to appeal."
    if terms.service in OF_MARKS and {Service.MARKING, Service.PRIORITY} & {*standing.done}:
        return "done", "The marking of this component has been reviewed, clerical re-check included.", appeal
    if terms.service in REVIEWS and terms.service in standing.done:
        return "done", "This component has had this review.", appeal
    if terms.service in standing.live:
        return "under_way", "You have asked for this already.", ""
    return None
