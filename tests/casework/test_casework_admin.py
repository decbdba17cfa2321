"""The staff's queue and the page of a case."""

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.casework.actions import file_letter, involve
from portal.casework.models import Case, Note
from portal.casework.rules import Part
from portal.files.actions import supersede
from tests.factories.casework import AT, member
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
