"""Every day count of the portal: one dated row each, never edited, only superseded by a later row."""

from datetime import date

from deadlines.rules.limit import Consequence, Example, Limit, StartsFrom, Unit
from portal.errors import Refused

# The source texts carry no dates of their own: their rows hold from the first day of the school year they belong to.
_SCHOOL_YEAR = date(2023, 9, 1)

_PAGE = "Post-results services page, read in summer 2024"
_UPDATE = "Exams Officer Update, June 2024"

_GENERAL_L12 = ("edx_gcse", "edx_igcse_cert", "edx_awards_maths_l12", "edx_functional_skills")
_GENERAL_L3 = ("edx_aea", "edx_as_a_level", "edx_awards_maths_l3", "edx_maths_in_context_l3")
_BTEC = ("btec_l12_firsts", "btec_l2_tech_awards", "btec_l2_technicals", "btec_l3_nationals")
_ALL_BUT_T_LEVELS = _GENERAL_L12 + _GENERAL_L3 + _BTEC

_REQUEST_RECEIVED = "The moment we received your request, whenever you were told that we have it."
_DECISION_RECEIVED = (
    "Receipt of the decision: when it became visible to your centre here, or a later date that we recorded for a "
    "letter. Opening it later changes nothing; a decision that is issued again starts a new count."
)
_VALID_RECEIVED = (
    "Receipt of the application that was found valid, or of its last missing piece. The day on which we look at it "
    "starts nothing."
)
_WE_ARE_LATE = "Your request stays open. We tell you how long the delay is likely to be."
_MAY_REFUSE = "You can still ask, with a reason. We may refuse."

LIMITS: tuple[Limit, ...] = (
    Limit(
        key="romm.service_1",
        days=10,
        unit=Unit.CALENDAR,
        starts_from=StartsFrom.RECEIVED,
        consequence=Consequence.ACCEPTED_LATE,
        families=_ALL_BUT_T_LEVELS,
        in_force_from=_SCHOOL_YEAR,
        source=_PAGE,
        quotation="The deadline for completion is within 10 calendar days of receiving the request",
        rule="We finish a clerical re-check (service 1) within 10 calendar days of receiving your request.",
        event="We received your request",
        starts=_REQUEST_RECEIVED,
        late=_WE_ARE_LATE,
        example=Example("2024-08-22T16:30", "england", date(2024, 9, 1)),
    ),
    Limit(
        key="romm.service_2",
        days=20,
        unit=Unit.CALENDAR,
        starts_from=StartsFrom.RECEIVED,
        consequence=Consequence.ACCEPTED_LATE,
        families=_ALL_BUT_T_LEVELS,
        in_force_from=_SCHOOL_YEAR,
        source=_PAGE,
        quotation="The deadline for completion is within 20 calendar days of receiving the request",
        rule="We finish a review of marking (service 2) within 20 calendar days of receiving your request.",
        event="We received your request",
        starts=_REQUEST_RECEIVED,
        late=_WE_ARE_LATE,
        example=Example("2024-09-12T09:05", "wales", date(2024, 10, 2)),
    ),
    Limit(
        key="romm.priority_service_2",
        days=15,
        unit=Unit.CALENDAR,
        starts_from=StartsFrom.RECEIVED,
        consequence=Consequence.ACCEPTED_LATE,
        families=(
            "edx_gcse",
            "edx_igcse_cert",
            *_GENERAL_L3,
            "btec_l3_nationals",
        ),
        in_force_from=_SCHOOL_YEAR,
        source=_PAGE,
        quotation="The deadline for completion is within 15 calendar days of receiving the request",
        rule="We finish a priority review of marking (service P2) within 15 calendar days of receiving your request.",
        event="We received your request",
        starts=_REQUEST_RECEIVED,
        late=_WE_ARE_LATE,
        example=Example("2024-08-16T10:00", "england", date(2024, 8, 31)),
    ),
    Limit(
        key="romm.service_3",
        days=35,
        unit=Unit.CALENDAR,
        starts_from=StartsFrom.RECEIVED,
        consequence=Consequence.ACCEPTED_LATE,
        families=("edx_gcse", "edx_igcse_cert", "edx_as_a_level", "btec_l2_tech_awards"),
        in_force_from=_SCHOOL_YEAR,
        source="An article on results of summer 2026 that cites the post-results guide for that year",
        note=(
            "Unconfirmed: the post-results services page has no text for service 3, so neither the 35 days nor the "
            "qualifications were read in a source text."
        ),
        rule="We finish a review of moderation (service 3) within 35 calendar days of receiving your request.",
        event="We received your request",
        starts=_REQUEST_RECEIVED,
        late=_WE_ARE_LATE,
        example=Example("2024-08-29T11:15", "scotland", date(2024, 10, 3)),
    ),
    Limit(
        key="ats.marking_comments",
        days=5,
        unit=Unit.CALENDAR,
        starts_from=StartsFrom.RECEIVED,
        consequence=Consequence.ACCEPTED_LATE,
        in_force_from=_SCHOOL_YEAR,
        source=_PAGE,
        quotation="Annotations will be shared within a 5-day SLA",
        note="Unconfirmed: the page names no unit for the 5 days. We assume calendar days, counted from your request.",
        rule="We share the examiner’s comments on a script within 5 calendar days of receiving your request.",
        event="We received your request",
        starts=_REQUEST_RECEIVED,
        late=_WE_ARE_LATE,
        example=Example("2024-08-23T16:59", "england", date(2024, 8, 28)),
    ),
    Limit(
        key="appeal.lodge.results",
        days=30,
        unit=Unit.CALENDAR,
        starts_from=StartsFrom.RECEIVED,
        consequence=Consequence.NEEDS_REASON,
        in_force_from=_SCHOOL_YEAR,
        source=_PAGE,
        quotation="30 calendar days from the receipt of the outcome to lodge an appeal against a RoMM decision",
        note=(
            "The same page’s questions and answers say “within 30 calendar days of the awarding body issuing the "
            "outcome”. We use receipt. That a late appeal may still be heard for a good reason comes from centres’ "
            "own pages; the source does not say it for results."
        ),
        rule="You have 30 calendar days from the day you received the outcome to lodge an appeal.",
        event="You received the outcome",
        starts=_DECISION_RECEIVED,
        late=_MAY_REFUSE,
        example=Example("2024-06-11T09:30", "england", date(2024, 7, 11)),
        ours=False,
    ),
    Limit(
        key="appeal.lodge.malpractice",
        days=14,
        unit=Unit.CALENDAR,
        starts_from=StartsFrom.RECEIVED,
        consequence=Consequence.NEEDS_REASON,
        in_force_from=_SCHOOL_YEAR,
        source=_PAGE,
        quotation="14 calendar days from the receipt of the outcome to lodge an appeal against a malpractice decision",
        note="“Awarding bodies may not accept appeals made outside of this timescale.”",
        rule="You have 14 calendar days from the day you received the malpractice decision to lodge an appeal.",
        event="You received the decision",
        starts=_DECISION_RECEIVED,
        late=_MAY_REFUSE,
        example=Example("2024-07-18T14:00", "northern-ireland", date(2024, 8, 1)),
        ours=False,
    ),
    Limit(
        key="appeal.lodge.special_consideration",
        days=14,
        unit=Unit.CALENDAR,
        starts_from=StartsFrom.RECEIVED,
        consequence=Consequence.NEEDS_REASON,
        in_force_from=_SCHOOL_YEAR,
        source=_PAGE,
        quotation=(
            "14 calendar days from the receipt of the original decision to lodge an appeal against a special "
            "consideration or access arrangement decision"
        ),
        note="“Awarding bodies may not accept appeals made outside of this timescale.”",
        rule="You have 14 calendar days from the day you received the decision on special consideration to appeal.",
        event="You received the decision",
        starts=_DECISION_RECEIVED,
        late=_MAY_REFUSE,
        example=Example("2024-02-15T08:00", "england", date(2024, 2, 29)),
        ours=False,
    ),
    Limit(
        key="appeal.lodge.access_arrangements",
        days=14,
        unit=Unit.CALENDAR,
        starts_from=StartsFrom.RECEIVED,
        consequence=Consequence.NEEDS_REASON,
        in_force_from=_SCHOOL_YEAR,
        source=_PAGE,
        quotation=(
            "14 calendar days from the receipt of the original decision to lodge an appeal against a special "
            "consideration or access arrangement decision"
        ),
        note="“Awarding bodies may not accept appeals made outside of this timescale.”",
        rule="You have 14 calendar days from the day you received the decision on access arrangements to appeal.",
        event="You received the decision",
        starts=_DECISION_RECEIVED,
        late=_MAY_REFUSE,
        example=Example("2024-03-20T23:59", "wales", date(2024, 4, 3)),
        ours=False,
    ),
    Limit(
        key="appeal.request_hearing",
        days=14,
        unit=Unit.CALENDAR,
        starts_from=StartsFrom.RECEIVED,
        consequence=Consequence.NEEDS_REASON,
        in_force_from=_SCHOOL_YEAR,
        source="The opening text of the appeals webform, and a centre’s page of 2023",
        note=(
            "The post-results services page gives no number: it says that details are in the outcome of the "
            "preliminary appeal. What happens to a late request is not said; we treat it as a late appeal."
        ),
        rule="You have 14 calendar days from the day you received the preliminary outcome to ask for a hearing.",
        event="You received the preliminary outcome",
        starts=_DECISION_RECEIVED,
        late=_MAY_REFUSE,
        example=Example("2024-10-17T15:45", "england", date(2024, 10, 31)),
        ours=False,
    ),
    Limit(
        key="appeal.acknowledge",
        days=2,
        unit=Unit.WORKING,
        starts_from=StartsFrom.RECEIVED,
        consequence=Consequence.ACCEPTED_LATE,
        in_force_from=_SCHOOL_YEAR,
        source=_PAGE,
        quotation="We will acknowledge each appeal application within two working days of receipt",
        note="The source names no calendar. We skip weekends and the bank holidays of the centre’s nation.",
        rule="We acknowledge an appeal within 2 working days of receiving it.",
        event="We received your appeal",
        starts="The moment we received the appeal, valid or not.",
        late="Your appeal stands. It counts from the moment we received it.",
        example=Example("2025-08-22T12:00", "england", date(2025, 8, 27)),
    ),
    Limit(
        key="appeal.preliminary",
        days=42,
        unit=Unit.CALENDAR,
        starts_from=StartsFrom.VALID,
        consequence=Consequence.ACCEPTED_LATE,
        families=_ALL_BUT_T_LEVELS,
        in_force_from=_SCHOOL_YEAR,
        source=_PAGE,
        quotation=(
            "We'll send an outcome of the preliminary appeal within 42 calendar days of receipt of a valid appeal "
            "application"
        ),
        rule="We send the outcome of a preliminary appeal within 42 calendar days of receiving a valid application.",
        event="We received the valid application",
        starts=_VALID_RECEIVED,
        late="Your appeal stays open. We tell you how long the delay is likely to be.",
        example=Example("2024-09-10T10:00", "england", date(2024, 10, 22)),
    ),
    Limit(
        key="appeal.hearing",
        days=70,
        unit=Unit.CALENDAR,
        starts_from=StartsFrom.VALID,
        consequence=Consequence.ACCEPTED_LATE,
        in_force_from=_SCHOOL_YEAR,
        source=_PAGE,
        quotation=(
            "We will process appeal hearings (Stage Two) within 70 calendar days of receipt of a valid application"
        ),
        note="The source does not say which application. We count from a valid request for a hearing.",
        rule="We finish an appeal hearing within 70 calendar days of receiving a valid request for one.",
        event="We received the valid request for a hearing",
        starts=_VALID_RECEIVED,
        late="Your appeal stays open. We tell you how long the delay is likely to be.",
        example=Example("2024-10-31T15:45", "scotland", date(2025, 1, 9)),
    ),
    Limit(
        key="appeal.preliminary.t_level",
        days=20,
        unit=Unit.WORKING,
        starts_from=StartsFrom.VALID,
        consequence=Consequence.ACCEPTED_LATE,
        families=("t_level",),
        in_force_from=_SCHOOL_YEAR,
        source="Support article on T Level appeals",
        note=(
            "The post-results services page only says that T Levels differ. We assume the count starts as it does "
            "for other preliminary appeals, and skip weekends and the bank holidays of the centre’s nation."
        ),
        rule="We send the outcome of a preliminary T Level appeal within 20 working days of a valid application.",
        event="We received the valid application",
        starts=_VALID_RECEIVED,
        late="Your appeal stays open. We tell you how long the delay is likely to be.",
        example=Example("2024-12-12T10:00", "england", date(2025, 1, 14)),
    ),
    Limit(
        key="inspection.report",
        days=10,
        unit=Unit.WORKING,
        starts_from=StartsFrom.RECEIVED,
        consequence=Consequence.ACCEPTED_LATE,
        in_force_from=_SCHOOL_YEAR,
        source=_UPDATE,
        quotation=(
            "If your centre receives a full inspection throughout the examination series, the Test Inspection team "
            "will send a copy of the report with any identified actions within 10 working days of the inspection"
        ),
        note=(
            "The source names no calendar. We skip weekends and the bank holidays of the centre’s nation. It speaks of "
            "full inspections only."
        ),
        rule="We send the report on a full test inspection within 10 working days of the inspection.",
        event="Your centre received the inspection",
        starts="The day on which your centre received the full inspection.",
        late="Ask us for the report. What it found is not changed by the delay.",
        example=Example("2024-05-20T13:30", "england", date(2024, 6, 4)),
    ),
)

KEYS = tuple(dict.fromkeys(limit.key for limit in LIMITS))
# What we have promised; the other limits are the centre's own time.
PROMISES = tuple(dict.fromkeys(limit.key for limit in LIMITS if limit.ours))
_ROWS = {
    key: tuple(sorted((row for row in LIMITS if row.key == key), key=lambda row: row.in_force_from)) for key in KEYS
}


def rows_of(key: str) -> tuple[Limit, ...]:
    """Every row of a limit, oldest first. Refused with a sentence when there is no such limit."""
    if key not in _ROWS:
        raise Refused(f"“{key}” is not a limit we know. Use one of: {', '.join(KEYS)}.", code="limit", field="limit")
    return _ROWS[key]


def row_in_force(rows: tuple[Limit, ...], *, on: date) -> Limit:
    """The newest row that holds on a London date; before the first row, the first."""
    held = [row for row in rows if row.in_force_from <= on]
    return held[-1] if held else rows[0]
