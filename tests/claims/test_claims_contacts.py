"""Centres at risk before the date: who they are, that each is contacted once, and that it knows."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.actions.contacts import log_call, write_to_centres
from claims.models import Contact, Readiness
from claims.queries.contacts import centre_standings
from claims.rules.contacts import ContactOutcome, Progress, progress
from portal.audit.models import Entry
from portal.errors import Refused
from portal.notices.models import Delivery, Notice
from tests.factories.claims import GRADES, JUNE, learner_on, programme, summer
from tests.factories.people import CentreFactory, MembershipFactory, StaffMembershipFactory, UserFactory, signed_in

pytestmark = pytest.mark.django_db
HALF = {unit: grade for unit, grade in GRADES.items() if unit != "8"}
LIST = "/admin/claims/centrestanding/"


@pytest.fixture
def place():
    """A centre with one learner ready and one blocked, and an exams officer."""
    place = programme(CentreFactory())
    learner_on(place)
    learner_on(place, grades=HALF)
    MembershipFactory(centre=place.centre, role="officer")
    return place


@pytest.fixture
def staff():
    return signed_in(Client(), StaffMembershipFactory(role="casework").user)


def rang(centre, outcome=ContactOutcome.SPOKE, next_contact_on=None):
    return log_call(
        centre_id=centre.pk,
        series=summer(),
        outcome=outcome,
        note="Asked for Helen",
        next_contact_on=next_contact_on,
        by=UserFactory(is_staff=True),
        at=JUNE,
    )


def written(*centres):
    ids = [centre.pk for centre in centres]
    return write_to_centres(centre_ids=ids, series=summer(), next_contact_on=None, by=UserFactory(), at=JUNE)


@pytest.mark.parametrize(
    ("at_risk", "made", "found"),
    [(3, 0, Progress.NOT_STARTED), (3, 1, Progress.UNDER_WAY), (0, 4, Progress.DONE), (0, 0, Progress.DONE)],
)
def test_how_far_a_centre_is(at_risk, made, found):
    assert progress(at_risk=at_risk, made=made) is found


def test_standings_count_in_one_query_whatever_the_number_of_centres(place, django_assert_num_queries):
    other = programme(CentreFactory())
    Readiness.objects.filter(registration=learner_on(other)).update(state="claimed")
    learner_on(other)
    CentreFactory()
    series = summer()
    with django_assert_num_queries(1):
        rows = {row.number: (row.ready, row.blocked, row.at_risk, row.made) for row in centre_standings(series=series)}
    assert rows == {place.centre.number: (1, 1, 2, 0), other.centre.number: (1, 0, 1, 1)}


def test_a_call_is_kept_audited_and_told_on_the_pages_only(place):
    contact = rang(place.centre, next_contact_on=date(2024, 7, 2))
    assert (contact.learners, contact.kind, contact.outcome) == (2, "call", "spoke")
    notice = Notice.objects.get()
    assert (notice.delivery, notice.centre) == (Delivery.NONE, place.centre)
    assert "We rang on Friday 28 June about 2 learners without a claim." in notice.text
    assert "We will be in touch again on Tuesday 2 July 2024." in notice.text
    assert "Helen" not in notice.text + notice.html
    assert Entry.objects.get(verb="claims.contacted").data == {
        "kind": "call",
        "outcome": "spoke",
        "learners": 2,
        "next_contact_on": "2024-07-02",
    }


def test_the_home_page_says_that_we_rang_and_nothing_of_the_note(place):
    rang(place.centre)
    page = signed_in(Client(), MembershipFactory(centre=place.centre).user).get(f"/c/{place.centre.number}/")
    assert page.context["contact"] == "We rang on Friday 28 June about 2 learners without a claim."
    assert page.context["contact"] in page.content.decode()
    assert "Helen" not in page.content.decode()


def test_another_centre_hears_nothing_of_it(place):
    rang(place.centre)
    other = MembershipFactory()
    summer()
    page = signed_in(Client(), other.user).get(f"/c/{other.centre.number}/")
    assert page.context["contact"] == ""


def test_a_centre_is_written_to_once(place):
    other = programme(CentreFactory())
    learner_on(other)
    rang(other.centre)
    assert written(place.centre, other.centre) == (1, 1)
    assert written(place.centre, other.centre) == (0, 2)
    mails = Notice.objects.filter(delivery=Delivery.QUEUED)
    assert [mail.subject for mail in mails] == [
        f"2 learners at {place.centre.name} without a claim: the date is Friday 5 July 2024"
    ]
    assert Contact.objects.filter(centre=place.centre).count() == 1


def test_nobody_rings_about_nothing(place):
    Readiness.objects.update(state="claimed")
    with pytest.raises(Refused) as refusal:
        rang(place.centre)
    assert refusal.value.code == "no_risk"
    assert not Contact.objects.exists()


def test_the_next_contact_lies_ahead(place):
    with pytest.raises(Refused) as refusal:
        rang(place.centre, next_contact_on=date(2024, 6, 27))
    assert refusal.value.field == "next_contact_on"


def numbers(page):
    return [row.number for row in page.context["cl"].result_list]


def test_the_list_has_the_most_at_risk_first_and_filters(place, staff):
    big = programme(CentreFactory())
    for _ in range(3):
        learner_on(big)
    started = programme(CentreFactory())
    Readiness.objects.filter(registration=learner_on(started)).update(state="claimed")
    learner_on(started)
    done = programme(CentreFactory())
    Readiness.objects.filter(registration=learner_on(done)).update(state="issued")
    rang(big.centre, next_contact_on=date(2024, 6, 28))
    mine, biggest, half, over = (one.centre.number for one in (place, big, started, done))
    assert numbers(staff.get(LIST)) == [biggest, mine, half]
    assert numbers(staff.get(LIST, {"progress": "not-started"})) == [biggest, mine]
    assert numbers(staff.get(LIST, {"progress": "under-way"})) == [half]
    assert numbers(staff.get(LIST, {"progress": "done"})) == [over]
    assert numbers(staff.get(LIST, {"contact": "never"})) == [mine, half]
    assert numbers(staff.get(LIST, {"contact": "due"})) == [biggest]
    assert "3 centres with learners at risk, 2 of them not contacted." in staff.get(LIST).content.decode()


def test_more_centres_cost_no_more_queries(place, staff, django_assert_num_queries):
    with CaptureQueriesContext(connection) as one:
        staff.get(LIST)
    for _ in range(3):
        learner_on(programme(CentreFactory()))
    with django_assert_num_queries(len(one)):
        staff.get(LIST)


def test_a_call_is_logged_on_the_page_of_a_centre(place, staff):
    address = f"{LIST}{place.centre.pk}/"
    assert "Not contacted yet." in staff.get(f"{address}change/").content.decode()
    bad = staff.post(f"{address}act/call/", {"outcome": "spoke", "next_contact_on": "1/6/2024"})
    assert "has not passed" in bad.content.decode()
    staff.post(f"{address}act/call/", {"outcome": "nobody", "note": "Try the office", "next_contact_on": "1/7/2024"})
    page = staff.get(f"{address}change/").content.decode()
    assert "Nobody answered about 2 learners" in page
    assert "Try the office Next contact Monday 1 July." in page


@pytest.mark.parametrize(("role", "sees", "acts"), [("casework", 200, 200), ("auditor", 200, 403), ("dates", 403, 403)])
def test_who_may_see_and_ring(place, role, sees, acts):
    client = signed_in(Client(), StaffMembershipFactory(role=role).user)
    assert client.get(LIST).status_code == sees
    assert client.get(f"{LIST}{place.centre.pk}/act/call/").status_code == acts


def test_the_call_log_keeps_whom_we_spoke_to_for_staff(place, staff):
    page = f"{LIST}{place.centre.pk}/"
    staff.post(f"{page}act/call/", {"outcome": "spoke", "spoken_to": "Mr Hale, exams office", "next_contact_on": ""})
    assert Contact.objects.get().spoken_to == "Mr Hale, exams office"
    shown = " ".join(staff.get(f"{page}change/").content.decode().split())
    assert "Spoke to somebody (Mr Hale, exams office) about 2 learners" in shown
    assert "We hold no telephone number for the centre." in shown


def test_of_all_rows_those_contacted_before_are_left_out_and_counted(place, staff):
    other = programme(CentreFactory())
    learner_on(other)
    rang(place.centre)
    asked = {"action": "write", "_selected_action": [place.centre.pk, other.centre.pk]}
    shown = staff.post(LIST, asked)
    assert "1 centre left out: contacted before." in shown.content.decode()
    sent = staff.post(LIST, {**asked, "confirmed": "yes", "next_contact_on": ""}, follow=True)
    assert [str(message) for message in sent.context["messages"]] == [
        "1 centre written to. 1 centre left out: contacted before."
    ]
    assert Contact.objects.filter(kind="mail").get().centre == other.centre
