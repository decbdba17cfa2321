"""Which service exists for which family of qualifications: one dated row each, never edited, only superseded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from portal.errors import Refused
from portal.fees.rules import FeeKey
from portal.web.labels import Labelled

# The source text carries no date of its own: its rows hold from the first day of the school year it belongs to.
_SCHOOL_YEAR = date(2023, 9, 1)
_PAGE = "Post-results services page, read in summer 2024"
_ARTICLE = (
    "Unconfirmed: an article on results of summer 2026. The post-results services page has no text for service 3, so "
    "neither the 35 days nor the qualifications were read in a source text."
)


class Service(Labelled):
    CLERICAL = "service_1", "Clerical re-check (service 1)"
    MARKING = "service_2", "Review of marking (service 2)"
    PRIORITY = "priority_service_2", "Priority review of marking (service P2)"
    MODERATION = "service_3", "Review of moderation (service 3)"
    DOWNLOAD = "script_download", "Script, to download"
    REVIEWED_COPY = "reviewed_script", "Copy of the reviewed script"
    ORIGINAL = "original_script", "Original script"
    COMMENTS = "marking_comments", "Marking comments"


REVIEWS = frozenset({Service.CLERICAL, Service.MARKING, Service.PRIORITY, Service.MODERATION})
# Reviews of one candidate's marks: they need consent, and no two run at once on one component.
OF_MARKS = frozenset({Service.CLERICAL, Service.MARKING, Service.PRIORITY})
SCRIPTS = frozenset(Service) - REVIEWS

# What each is charged as; a copy of the reviewed script is charged beside its review.
FEE_KEYS: dict[Service, FeeKey] = {
    Service.CLERICAL: FeeKey.SERVICE_1,
    Service.MARKING: FeeKey.SERVICE_2,
    Service.PRIORITY: FeeKey.PRIORITY_SERVICE_2,
    Service.MODERATION: FeeKey.SERVICE_3,
    Service.COMMENTS: FeeKey.MARKING_COMMENTS,
    Service.ORIGINAL: FeeKey.SCRIPT,
}

FAMILIES: dict[str, str] = {
    "edx_gcse": "Edexcel GCSE",
    "edx_igcse_cert": "Edexcel Certificate and International GCSE",
    "edx_awards_maths_l12": "Edexcel Awards in Mathematics, level 1 and 2",
    "edx_functional_skills": "Edexcel Functional Skills",
    "edx_aea": "Edexcel Advanced Extension Award",
    "edx_as_a_level": "Edexcel AS and A level",
    "edx_awards_maths_l3": "Edexcel Awards in Mathematics, level 3",
    "edx_maths_in_context_l3": "Mathematics in Context (level 3 Core Maths)",
    "btec_l12_firsts": "BTEC Level 1/Level 2 Firsts",
    "btec_l2_tech_awards": "BTEC Level 2 Tech Awards",
    "btec_l2_technicals": "BTEC Level 2 Technicals",
    "btec_l3_nationals": "BTEC Level 3 Nationals",
    "t_level": "T Level Technical Qualification",
}
T_LEVEL = "t_level"
_ALL_BUT_T_LEVELS = frozenset(FAMILIES) - {T_LEVEL}
_NOT_PRIORITY = frozenset(
    {
        "edx_awards_maths_l12",
        "edx_functional_skills",
        "btec_l12_firsts",
        "btec_l2_tech_awards",
        "btec_l2_technicals",
    }
)
_MODERATED = frozenset({"edx_gcse", "edx_igcse_cert", "edx_as_a_level", "btec_l2_tech_awards"})


@dataclass(frozen=True)
class Terms:
    """What a service promises. `days` are counted by the limit of that key; None where the source promises none.

    `window` is the key of the calendar date until which it can be asked for.
    """

    service: Service
    families: frozenset[str]
    days: int | None
    limit: str
    window: str
    needs_consent: bool
    source: str
    in_force_from: date = _SCHOOL_YEAR
    unit: str = "calendar"


TERMS: tuple[Terms, ...] = (
    Terms(Service.CLERICAL, _ALL_BUT_T_LEVELS, 10, "romm.service_1", "romm.others", True, _PAGE),
    Terms(Service.MARKING, _ALL_BUT_T_LEVELS, 20, "romm.service_2", "romm.others", True, _PAGE),
    Terms(
        Service.PRIORITY,
        _ALL_BUT_T_LEVELS - _NOT_PRIORITY,
        15,
        "romm.priority_service_2",
        "romm.priority",
        True,
        _PAGE,
    ),
    Terms(Service.MODERATION, _MODERATED, 35, "romm.service_3", "romm.others", False, _ARTICLE),
    Terms(Service.DOWNLOAD, _ALL_BUT_T_LEVELS, None, "", "ats.teaching", True, _PAGE),
    # It rides with its review, so it has no window of its own.
    Terms(Service.REVIEWED_COPY, _ALL_BUT_T_LEVELS, None, "", "", True, _PAGE),
    Terms(
        Service.ORIGINAL,
        _ALL_BUT_T_LEVELS,
        None,
        "",
        "ats.teaching",
        True,
        "Pages of two centres: the page of the awarding organisation does not name original scripts.",
    ),
    Terms(
        Service.COMMENTS,
        _ALL_BUT_T_LEVELS,
        5,
        "ats.marking_comments",
        "ats.teaching",
        True,
        f"{_PAGE}. It names no unit for the 5 days; we count calendar days.",
    ),
)


def terms_of(service: Service, *, on: date) -> Terms:
    """The newest row that holds on a London date; before the first row, the first."""
    rows = sorted((row for row in TERMS if row.service is service), key=lambda row: row.in_force_from)
    held = [row for row in rows if row.in_force_from <= on]
    return held[-1] if held else rows[0]


def service_of(text: str) -> Service:
    """The service of that code. Refused with a sentence when there is none."""
    try:
        return Service(text)
    except ValueError:
        known = ", ".join(service.value for service in Service)
        raise Refused(f"“{text}” is not a service we know. Use one of: {known}.", field="service") from None


def matrix(*, on: date) -> Iterator[tuple[str, Terms, bool]]:
    """Every family with every service, and whether it is offered."""
    for family in FAMILIES:
        for service in Service:
            terms = terms_of(service, on=on)
            yield family, terms, family in terms.families
