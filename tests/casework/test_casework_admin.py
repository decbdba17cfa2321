"""The staff's queue and the page of a case."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from portal import clock
from portal.casework.actions import assign_many, file_letter, involve, tell_owner
from portal.casework.models import Case, Note
from portal.casework.rules import Part
from portal.desk.actions import record_cover
from portal.desk.models import Cover
from portal.files.actions import supersede
from portal.notices.models import Notice
from tests.factories.casework import AT, Matter, member
from tests.factories.people import signed_in


@pytest.fixture
def staff(client, db):
    person = member("Olu Staff")
    signed_in(client, person)
    return person


def test_the_queue_and_the_page_say_who_what_and_why_not(client, staff, matter):
    joanne = member("Joanne Pike")
    involve(case=matter.case, user=joanne, part=Part.MARKED, by=None, at=AT)
    Case.objects.filter(pk=matter.case.pk).update(due_at=AT - timedelta(days=400))
    listed = client.get(reverse("admin:casework_case_changelist")).content.decode()
    assert "TR24-00001" in listed
    page = client.get(reverse("admin:casework_case_change", args=[matter.case.pk])).content.decode()
    for words in ("TR24-00001", "Joanne Pike marked this component.", "Olu Staff is not involved.", "Under review"):
        assert words in page


def test_an_act_that_the_guard_refuses_shows_its_reason(client, staff, matter):
    joanne = member("Joanne Pike")
    involve(case=matter.case, user=joanne, part=Part.MARKED, by=None, at=AT)
    path = reverse("admin:casework_case_act", args=[matter.case.pk, "assign"])
    answer = client.post(path, {"to": joanne.pk, "part": "reviewed", "confirmed": "yes"})
    assert "Joanne Pike marked this component." in answer.content.decode()
    assert client.post(path, {"to": staff.pk, "part": "reviewed", "confirmed": "yes"}).status_code == 302
    assert Case.objects.get(pk=matter.case.pk).owner == staff


def test_a_message_and_a_call_are_kept(client, staff, matter):
    for name, fields in (("message", {}), ("note", {"kind": "call"})):
        path = reverse("admin:casework_case_act", args=[matter.case.pk, name])
        assert client.post(path, {"text": "Hello", "confirmed": "yes", **fields}).status_code == 302
    assert list(Note.objects.order_by("pk").values_list("kind", "by")) == [("message", staff.pk), ("call", staff.pk)]


def test_a_letter_is_downloaded_and_its_code_proves_it_without_naming_anybody(client, staff, matter):
    name = matter.registration.learner.family_name
    letter = file_letter(
        case=matter.case, title="Outcome of a review", kind="outcome", paragraphs=[f"About {name}."], by=staff, at=AT
    )
    path = reverse("admin:casework_case_document", args=[matter.case.pk, letter.pk])
    answer = client.get(path)
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == 'attachment; filename="TR24-00001-outcome.pdf"'
    client.logout()
    check = reverse("files:verify", args=[letter.verification.code.lower().replace("-", " ")])
    page = client.get(check).content.decode()
    assert "it stands" in page and "Outcome of a review" in page and "Friday 23 August 2024" in page
    assert name not in page and matter.centre.name not in page and "TR24" not in page
    supersede(ids=[letter.verification.pk], at=AT + timedelta(days=2))
    assert "another one took its place on Sunday 25 August 2024" in client.get(check).content.decode()


@pytest.mark.django_db
def test_a_code_that_is_not_ours_is_a_404(client):
    assert client.get(reverse("files:verify", args=["AAAA-BBBB-CCCC-DDDD"])).status_code == 404


# --- giving cases, and covering for a colleague ---

TODAY = date(2024, 6, 28)


def away(user, cover):
    """On leave for the day of these tests."""
    record_cover(away=user, cover=cover, from_on=TODAY, to_on=TODAY, by=user, at=clock.now())


def mine(client):
    page = client.get(reverse("admin:casework_case_changelist"), {"whose": "mine"})
    return {case.pk for case in page.context["cl"].result_list}


def test_many_cases_are_given_and_those_that_are_barred_are_listed(client, staff, matter):
    other, joanne = Matter(), member("Joanne Pike")
    involve(case=matter.case, user=joanne, part=Part.MARKED, by=None, at=AT)
    picked = {"action": "assign", "_selected_action": [matter.case.pk, other.case.pk], "confirmed": "yes"}
    page = client.post(
        reverse("admin:casework_case_changelist"), {**picked, "to": joanne.pk, "part": "assigned"}, follow=True
    ).content.decode()
    assert f"Joanne Pike was given 1 case. 1 left: {matter.case.reference}: Joanne Pike marked this component." in page
    owners = dict(Case.objects.values_list("pk", "owner"))
    assert owners == {matter.case.pk: None, other.case.pk: joanne.pk}


def test_a_cover_sees_the_cases_and_stays_out_of_those_they_are_involved_in(client, staff, matter):
    other, joanne = Matter(), member("Joanne Pike")
    assign_many(case_ids=[matter.case.pk, other.case.pk], to=joanne, part=Part.ASSIGNED, by=staff, at=AT)
    assert mine(client) == set()
    away(joanne, staff)
    assert mine(client) == {matter.case.pk, other.case.pk}
    involve(case=matter.case, user=staff, part=Part.MARKED, by=None, at=AT)
    assert mine(client) == {other.case.pk}
    listed = client.get(reverse("admin:casework_case_changelist")).content.decode()
    assert "Joanne Pike (away, Olu Staff covers)" in listed
    assert set(Case.objects.values_list("owner", flat=True)) == {joanne.pk}


def test_what_a_centre_writes_also_goes_to_the_cover_unless_involved(staff, matter):
    joanne, marker = member("Joanne Pike"), member("Mark Marker")
    assign_many(case_ids=[matter.case.pk], to=joanne, part=Part.ASSIGNED, by=staff, at=AT)
    told = {}
    for cover in (staff, marker):
        Cover.objects.all().delete()
        involve(case=matter.case, user=marker, part=Part.MARKED, by=None, at=AT)
        away(joanne, cover)
        Notice.objects.all().delete()
        matter.case.refresh_from_db()
        tell_owner(case=matter.case, kind="message", key=f"test:{cover.pk}", lead="A message.", at=clock.now())
        told[cover] = set(Notice.objects.values_list("address", flat=True))
    assert told == {staff: {joanne.email, staff.email}, marker: {joanne.email}}
