"""ActionAdmin, shown with a queue of centres: staff act, nobody edits."""

from collections.abc import Iterator

import pytest
from django import forms
from django.contrib import admin
from django.test import override_settings
from django.urls import include, path

from portal.centres.models import Centre
from portal.centres.rules import STAFF_CLAIMS_DECIDE
from portal.errors import Refused
from portal.web.admin import Act, ActionAdmin, StaffSite
from tests.factories.people import CentreFactory, MembershipFactory, StaffMembershipFactory, signed_in

pytestmark = pytest.mark.django_db
DONE: list[tuple[str, list[str], str]] = []


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Reason", error_messages={"required": "Give a reason"})


def refuse(actor, rows, cleaned):
    if cleaned["reason"] == "too late":
        raise Refused("The centre has undone it.", field="reason")
    DONE.append((actor.user.name, [row.number for row in rows], cleaned["reason"]))
    return f"{len(rows)} refused."


class Queue(ActionAdmin):
    list_display = ["number", "name"]
    ordering = ["number"]
    next_label = "Take the next centre"
    acts = [
        Act("refuse", "Refuse", refuse, STAFF_CLAIMS_DECIDE, form=ReasonForm, bulk=True),
        Act("never", "Never", refuse, "nobody.may", bulk=True),
        Act(
            "odd",
            "Odd",
            refuse,
            STAFF_CLAIMS_DECIDE,
            form=ReasonForm,
            bulk=True,
            offered=lambda row: row.number != "50001",
        ),
        Act("hidden", "Hidden", refuse, STAFF_CLAIMS_DECIDE, offered=lambda row: False),
    ]


site = StaffSite()
site.register(Centre, Queue)
urlpatterns = [path("admin/", site.urls), path("", include("portal.urls"))]


@pytest.fixture(autouse=True)
def queue() -> Iterator[None]:
    DONE.clear()
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def rows():
    return [CentreFactory(number=f"5000{place}") for place in range(3)]


@pytest.fixture
def staff(client):
    return signed_in(client, StaffMembershipFactory(role="casework").user)


def act_url(row, name="refuse"):
    return f"/admin/centres/centre/{row.pk}/act/{name}/"


def test_the_real_site_edits_nothing(staff):
    assert admin.site.__class__ is StaffSite
    assert "delete_selected" not in dict(admin.site.actions)


def test_an_act_on_one_row_runs_once_and_says_so(staff, rows):
    assert staff.get(act_url(rows[0])).status_code == 200
    response = staff.post(act_url(rows[0]), {"reason": "no unit"}, follow=True)
    assert [(numbers, reason) for _, numbers, reason in DONE] == [(["50000"], "no unit")]
    assert b"1 refused." in response.content


def test_a_refusal_becomes_the_error_of_its_field(staff, rows):
    response = staff.post(act_url(rows[0]), {"reason": "too late"})
    assert response.context["form"].errors == {"reason": ["The centre has undone it."]}
    assert 'href="#id_reason"' in response.content.decode()


def test_an_empty_form_is_sent_back(staff, rows):
    response = staff.post(act_url(rows[0]), {})
    assert response.context["form"].errors == {"reason": ["Give a reason"]}
    assert DONE == []


def test_acts_on_many_rows_ask_first_and_then_run_once(staff, rows):
    picked = {"action": "refuse", "_selected_action": [row.pk for row in rows[:2]]}
    asked = staff.post("/admin/centres/centre/?q=", {**picked, "index": "0"})
    assert asked.status_code == 200
    assert DONE == []
    answer = staff.post("/admin/centres/centre/?q=", {**picked, "confirmed": "yes", "reason": "no unit"})
    assert answer.status_code == 302
    assert [sorted(numbers) for _, numbers, _ in DONE] == [["50000", "50001"]]


def test_all_rows_on_every_page_are_carried_through_the_question(staff, rows):
    picked = {"action": "refuse", "_selected_action": [rows[0].pk], "select_across": "1"}
    asked = staff.post("/admin/centres/centre/", {**picked, "index": "0"})
    assert '<input type="hidden" name="select_across" value="1">' in asked.content.decode()
    staff.post("/admin/centres/centre/", {**picked, "confirmed": "yes", "reason": "no unit"})
    assert [len(numbers) for _, numbers, _ in DONE] == [3]


def test_acts_without_the_capability_are_neither_shown_nor_run(staff, rows):
    page = staff.get("/admin/centres/centre/").content.decode()
    assert ('value="refuse"' in page, 'value="never"' in page) == (True, False)
    assert staff.get(act_url(rows[0], "never")).status_code == 403
    assert staff.get(act_url(rows[0], "unknown")).status_code == 404


def test_another_team_may_not_act(client, rows):
    other = signed_in(client, StaffMembershipFactory(role="appeals").user)
    assert other.post(act_url(rows[0]), {"reason": "no unit"}).status_code == 403
    assert DONE == []


def test_a_row_offers_its_acts_and_no_editing(staff, rows):
    page = staff.get(f"/admin/centres/centre/{rows[0].pk}/change/").content.decode()
    assert ("act/refuse/" in page, "act/hidden/" in page) == (True, False)
    assert 'name="_save"' not in page


@pytest.mark.parametrize("page", ["add/", "{pk}/delete/"])
def test_adding_and_deleting_are_refused(staff, rows, page):
    assert staff.get(f"/admin/centres/centre/{page.format(pk=rows[0].pk)}").status_code == 403


def test_changing_is_refused(staff, rows):
    response = staff.post(f"/admin/centres/centre/{rows[0].pk}/change/", {"name": "Other"})
    assert response.status_code == 403


def test_the_next_row_is_the_first_of_the_queue(staff, rows):
    assert staff.get("/admin/centres/centre/next/").url == f"/admin/centres/centre/{rows[0].pk}/change/"


def test_staff_sign_in_where_everybody_does(client):
    response = client.get("/admin/login/?next=https://elsewhere.example/")
    assert response.url == "/accounts/login/?next=%2Fadmin%2F"


def test_people_of_a_centre_stay_outside(client):
    officer = signed_in(client, MembershipFactory().user)
    assert officer.get("/admin/login/?next=/admin/").status_code == 403
    assert officer.get("/admin/centres/centre/").status_code in (302, 403)


@pytest.mark.parametrize("wanted", ["foo", "-1", "admin:index"])
def test_what_is_no_path_of_ours_leads_to_the_first_page(staff, wanted):
    assert staff.get("/admin/login/", {"next": wanted}).url == "/admin/"
    assert staff.get("/admin/login/", {"next": "/admin/centres/"}).url == "/admin/centres/"


def test_an_act_that_a_row_does_not_offer_is_refused_with_a_sentence(staff, rows):
    for answer in (staff.get(act_url(rows[0], "hidden")), staff.post(act_url(rows[0], "hidden"), {"reason": "x"})):
        assert answer.url == f"/admin/centres/centre/{rows[0].pk}/change/"
    page = staff.get(answer.url).content.decode()
    assert "“Hidden” does not fit how things stand with 50000" in page
    assert DONE == []


def test_an_act_on_many_rows_is_refused_when_one_does_not_offer_it(staff, rows):
    picked = {"action": "odd", "confirmed": "yes", "reason": "x"}
    answers = [
        staff.post("/admin/centres/centre/", {**picked, "_selected_action": [row.pk for row in some]})
        for some in (rows, [rows[0], rows[2]])
    ]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert [numbers for _, numbers, _ in DONE] == [["50000", "50002"]]
