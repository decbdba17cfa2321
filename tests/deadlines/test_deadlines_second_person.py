"""The second person of a change of a key date is told, and finds it on their start page."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from deadlines.actions import propose_date
from deadlines.models import KeyDate
from deadlines.queries import key_date
from deadlines.rules.date_sheet import COLUMNS
from portal.catalogue.rules import content
from portal.notices.models import Notice
from tests.deadlines.conftest import at
from tests.factories.people import CentreFactory, StaffMembershipFactory, signed_in

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


def test_the_page_before_the_act_names_the_centres(people, proposal, ledger):
    centres = [CentreFactory() for _ in range(22)]
    ledger.left["test.claim"] = {centre.pk: 1 for centre in centres}
    page = reverse("admin:deadlines_dateproposal_act", args=[proposal.pk, "approve"])
    shown = signed_in(Client(), people[1]).get(page)
    by_number = sorted(centres, key=lambda centre: centre.number)
    assert (shown.context["centres"], shown.context["more_centres"]) == (by_number[:20], 2)
    assert f"{by_number[0].number} {by_number[0].name}" in shown.content.decode()


def test_a_date_is_shown_in_words(people):
    row = next(row for row in KeyDate.objects.filter(confidence="source") if row.families)
    text = signed_in(Client(), people[0]).get(reverse("admin:deadlines_keydate_change", args=[row.pk])).content.decode()
    assert "Read in the source" in text
    assert [code for code in row.families if code in text] == []
    assert escape(content().families[row.families[0]]) in text


def test_the_empty_sheet_has_the_columns_and_only_editors_get_it(people):
    page = reverse("admin:deadlines_datefile_template")
    sheet = signed_in(Client(), people[0]).get(page).content.decode("utf-8-sig")
    assert sheet == ",".join(column.heading for column in COLUMNS) + "\r\n"
    assert signed_in(Client(), people[3]).get(page).status_code == 403
