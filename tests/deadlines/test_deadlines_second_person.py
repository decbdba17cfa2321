"""The second person of a change of a key date is told, and finds it on their start page."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from deadlines.actions import propose_date
from deadlines.queries import key_date
from portal.notices.models import Notice
from tests.deadlines.conftest import at
from tests.factories.people import StaffMembershipFactory, signed_in

pytestmark = pytest.mark.django_db
NOON = "2024-06-28T12:00"


@pytest.fixture
def people(key_dates):
    """A proposer, a second person of the dates team, an administrator, and somebody who may not approve."""
    roles = ("dates", "dates", "admin", "casework")
    return [StaffMembershipFactory(role=role).user for role in roles]


@pytest.fixture
def proposal(people):
    row = key_date(key="claims.full_award", series="2024-06")
    return propose_date(key_date=row, on=date(2024, 7, 8), reason="Snow.", by=people[0], at=at(NOON))


def start(user):
    return signed_in(Client(), user).get("/admin/")


def test_everybody_who_may_approve_is_written_to_but_not_the_proposer(people, proposal):
    notices = Notice.objects.filter(kind="deadlines.to_decide")
    assert set(notices.values_list("user", flat=True)) == {people[1].pk, people[2].pk}
    text = " ".join(notices.first().text.split())
    assert f"{people[0].name} proposes to move it from Friday 5 July 2024 to Monday 8 July 2024" in text
    assert reverse("admin:deadlines_dateproposal_change", args=[proposal.pk]) in text


def test_the_start_page_counts_what_waits_for_this_person(people, proposal):
    waiting = [[line["words"] for line in start(user).context["waiting"]] for user in people]
    told = ["1 change of a key date waits for you"]
    assert waiting == [[], told, told, []]


def test_the_proposer_is_not_offered_to_decide_it(people, proposal):
    page = reverse("admin:deadlines_dateproposal_change", args=[proposal.pk])
    offered = [
        [link["act"].name for link in signed_in(Client(), user).get(page).context["act_links"]] for user in people[:2]
    ]
    assert offered == [[], ["approve", "return"]]
