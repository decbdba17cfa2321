"""Which service exists for whom and when, held against the source's own matrix."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import Refused
from postresults.rules import states
from postresults.rules.offers import Standing, check_offered, offer
from postresults.rules.services import FAMILIES, OF_MARKS, Service, matrix, service_of, terms_of

ON = date(2024, 8, 22)
OPENS = datetime(2024, 8, 22, 7, 0, tzinfo=UTC)
PRIORITY_ENDS = datetime(2024, 8, 29, 22, 59, 59, 999999, tzinfo=UTC)
OTHERS_END = datetime(2024, 9, 26, 22, 59, 59, 999999, tzinfo=UTC)
CLOSES = {"romm.priority": PRIORITY_ENDS, "romm.others": OTHERS_END, "ats.teaching": OTHERS_END}

# Copied by hand from the page of the awarding organisation: service 1, service 2, priority service 2.
PAGE = {
    "edx_gcse": (True, True, True),
    "edx_igcse_cert": (True, True, True),
    "edx_awards_maths_l12": (True, True, False),
    "edx_functional_skills": (True, True, False),
    "edx_aea": (True, True, True),
    "edx_as_a_level": (True, True, True),
    "edx_awards_maths_l3": (True, True, True),
    "edx_maths_in_context_l3": (True, True, True),
    "btec_l12_firsts": (True, True, False),
    "btec_l2_tech_awards": (True, True, False),
    "btec_l2_technicals": (True, True, False),
    "btec_l3_nationals": (True, True, True),
    "t_level": (False, False, False),
}


def standing(**changed):
    given_ = {"family": "btec_l3_nationals", "external": True, "at": OPENS, "opens_at": OPENS, "closes_at": CLOSES}
    return Standing(**{**given_, **changed})


def code(service, **changed):
    return offer(terms_of(service, on=ON), standing(**changed)).code


def test_the_matrix_is_that_of_the_page():
    offered = {(family, terms.service): exists for family, terms, exists in matrix(on=ON)}
    services = (Service.CLERICAL, Service.MARKING, Service.PRIORITY)
    assert {family: tuple(offered[family, service] for service in services) for family in FAMILIES} == PAGE


@pytest.mark.parametrize(
    ("service", "days"),
    [(Service.CLERICAL, 10), (Service.MARKING, 20), (Service.PRIORITY, 15), (Service.MODERATION, 35)],
)
def test_days_of_each_review(service, days):
    assert terms_of(service, on=ON).days == days


@pytest.mark.parametrize("family", PAGE)
@pytest.mark.parametrize(("place", "service"), [(0, Service.CLERICAL), (1, Service.MARKING), (2, Service.PRIORITY)])
def test_a_family_gets_exactly_its_services(family, place, service):
    expected = "" if PAGE[family][place] else ("t_level" if family == "t_level" else "family")
    assert code(service, family=family) == expected


def test_the_last_microsecond_counts_and_the_next_does_not():
    assert code(Service.MARKING, at=OTHERS_END) == ""
    assert code(Service.MARKING, at=OTHERS_END + timedelta(microseconds=1)) == "late"
    assert code(Service.PRIORITY, at=PRIORITY_ENDS) == ""
    assert code(Service.PRIORITY, at=PRIORITY_ENDS + timedelta(microseconds=1)) == "late"


def test_nothing_opens_before_candidates_have_their_results():
    assert code(Service.MARKING, at=OPENS - timedelta(microseconds=1)) == "early"
    assert code(Service.MARKING, opens_at=None) == "early"


@pytest.mark.parametrize("under_way", sorted(OF_MARKS, key=str))
@pytest.mark.parametrize("asked", sorted(OF_MARKS, key=str))
def test_reviews_of_one_component_exclude_each_other(asked, under_way):
    assert code(asked, live=[under_way]) == "under_way"


@pytest.mark.parametrize(
    ("service", "changed", "expected"),
    [
        (Service.MARKING, {"live": [Service.ORIGINAL]}, "original_released"),
        (Service.MARKING, {"done": [Service.ORIGINAL]}, "original_released"),
        (Service.ORIGINAL, {"live": [Service.MARKING]}, "under_review"),
        (Service.REVIEWED_COPY, {}, "parent"),
        (Service.REVIEWED_COPY, {"live": [Service.MARKING]}, ""),
        (Service.MODERATION, {}, "family"),
        (Service.MODERATION, {"family": "btec_l2_tech_awards"}, "external"),
        (Service.MODERATION, {"family": "btec_l2_tech_awards", "external": False}, ""),
        (Service.MARKING, {"external": False}, "internal"),
        (Service.MARKING, {"objective": True}, "objective"),
        (Service.CLERICAL, {"objective": True}, ""),
        (Service.MARKING, {"done": [Service.CLERICAL]}, ""),
        (Service.PRIORITY, {"done": [Service.MARKING]}, "done"),
        (Service.CLERICAL, {"done": [Service.PRIORITY]}, "done"),
        (Service.MARKING, {"has_result": False}, "no_result"),
        (Service.MARKING, {"closes_at": {}}, "no_window"),
        (Service.DOWNLOAD, {"family": "t_level"}, "t_level"),
        (Service.COMMENTS, {"live": [Service.COMMENTS]}, "under_way"),
    ],
)
def test_each_reason_against_an_offer(service, changed, expected):
    assert code(service, **changed) == expected


def test_a_refusal_says_why_and_what_to_do_instead():
    with pytest.raises(Refused) as refusal:
        check_offered(terms_of(Service.PRIORITY, on=ON), standing(family="btec_l12_firsts"))
    assert refusal.value.message == (
        "Priority review of marking (service P2) does not exist for this qualification. "
        "You can ask for a review of marking (service 2)."
    )
    check_offered(terms_of(Service.MARKING, on=ON), standing(family="btec_l12_firsts"))


@given(
    service=st.sampled_from(list(Service)),
    family=st.sampled_from(list(FAMILIES)),
    external=st.booleans(),
    live=st.sets(st.sampled_from(list(Service))),
    done=st.sets(st.sampled_from(list(Service))),
)
def test_whatever_is_not_offered_says_why(service, family, external, live, done):
    found = offer(terms_of(service, on=ON), standing(family=family, external=external, live=live, done=done))
    assert found.offered == (found.reason == "")
    assert not (found.offered and service in OF_MARKS and OF_MARKS & live)


def test_an_unknown_service_lists_those_that_exist():
    with pytest.raises(Refused, match="“service_9” is not a service we know"):
        service_of("service_9")
    assert service_of("service_2") is Service.MARKING


def test_every_state_has_a_name_and_leads_only_to_states():
    assert set(states.MOVES) == set(states.LABELS)
    assert set().union(*states.MOVES.values()) <= set(states.LABELS)
    assert {state for state, to in states.MOVES.items() if not to} <= states.ENDED
