"""Claims from a file: the same rows, rules and receipt as on the pages."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from claims.actions import not_this_summer, query_claim, undo_submission
from claims.models import Claim, Submission
from portal.intake.actions import commit_upload, receive
from portal.intake.models import Upload
from portal.intake.queries import preview
from portal.learners.models import Registration
from tests.factories.claims import JUNE, business, learner_on, programme, summer
from tests.factories.people import CentreFactory, MembershipFactory, signed_in
from tests.intake.books import book

AT = JUNE
LATE = JUNE + timedelta(days=30)


@pytest.fixture
def place(db):
    summer()
    return programme(CentreFactory())


@pytest.fixture
def officer(place):
    return MembershipFactory(centre=place.centre, role="officer").user


def file_of(*rows, headings=("Candidate number", "Expected grade")):
    return book(("Claims", [headings, *rows]))


def number(row):
    return row.learner.candidate_number


def look(place, officer, *rows, at=AT, **rest):
    content = file_of(*rows, **rest)
    return receive(centre=place.centre, kind="claims", filename="c.xlsx", content=content, by=officer, at=at)


def commit(upload, officer, *, good=False, at=AT):
    return commit_upload(upload=upload, good_rows_only=good, by=officer, at=at)


def faults(upload):
    return [(fault["column"], fault["reason"], fault["fix"]) for row in upload.rows.all() for fault in row.faults]


def counts(upload):
    found = preview(upload)["counts"]
    return found["new"], found["unchanged"], found["refused"]


def test_ready_learners_are_claimed_for_with_one_receipt_and_the_same_file_changes_nothing(place, officer):
    rows = [learner_on(place), learner_on(place)]
    lines = [[number(row), "Merit"] for row in rows]
    upload = look(place, officer, *lines)
    assert counts(upload) == (2, 0, 0)
    commit(upload, officer)
    assert Submission.objects.get().claims.count() == 2
    again = look(place, officer, *lines)
    assert counts(again) == (0, 2, 0)
    commit(again, officer)
    assert (Submission.objects.count(), Claim.objects.count()) == (1, 2)


def test_the_outcome_is_that_of_the_pages(place, officer, client):
    by_file, by_page = learner_on(place), learner_on(place)
    commit(look(place, officer, [number(by_file), None]), officer)
    signed_in(client, officer)
    url = reverse("claims:check", args=[place.centre.number]) + f"?pick={by_page.number}"
    form = client.get(url).context["form"]
    client.post(url, {"declaration": "on", "token": form.initial["token"], "seen": form.initial["seen"]})
    kept = ("kind", "grade", "points", "due_on", "late", "status")
    one, other = (Claim.objects.filter(registration=row).values(*kept).get() for row in (by_file, by_page))
    assert one == other


def test_blocked_learners_are_refused_with_the_reason_and_the_fix(place, officer):
    row = learner_on(place, grades={"1": "M", "2": "M", "3": "P"})
    upload = look(place, officer, [number(row), None])
    assert counts(upload) == (0, 0, 1)
    ((column, reason, fix),) = faults(upload)
    assert (column, fix) == ("Candidate number", "Enter the Unit 8 grade, then upload the row again.")
    assert reason == "Unit 8 has no grade."


def test_a_grade_that_is_not_ours_is_a_fault(place, officer):
    row = learner_on(place)
    upload = look(place, officer, [number(row), "Pass"])
    assert faults(upload) == [
        (
            "Expected grade",
            "We work out Merit, your file says Pass.",
            "Check the unit grades, or take the grade out of this row.",
        )
    ]
    assert counts(look(place, officer, [number(row), "m"])) == (1, 0, 0)


def test_a_short_candidate_number_brings_the_usual_suggestion(place, officer):
    row = learner_on(place)
    upload = look(place, officer, [float(number(row)), None])
    expected = [] if len(str(int(number(row)))) == 4 else [f"Use {number(row)}: spreadsheets drop the leading noughts."]
    assert [fix for _, _, fix in faults(upload)] == expected


def test_unknown_and_absent_learners_and_another_centres(place, officer):
    absent = learner_on(place)
    not_this_summer(registration=absent, reason="Left", by=officer, at=AT)
    other = learner_on(programme(CentreFactory()))
    upload = look(
        place, officer, [None, absent.number], [None, other.number], headings=("Candidate number", "Registration no")
    )
    assert [reason for _, reason, _ in faults(upload)] == [
        "The learner is marked “not this summer”.",
        "Your centre has no registration with this number.",
    ]


def test_a_learner_on_two_programmes_needs_the_qualification(place, officer):
    row = learner_on(place)
    second = programme(place.centre, business(title="Second, Extended Certificate"))
    other = learner_on(second)
    Registration.objects.filter(pk=other.pk).update(learner=row.learner)
    assert [reason for _, reason, _ in faults(look(place, officer, [number(row), None]))] == [
        "The learner is on more than one programme."
    ]
    named = look(place, officer, [number(row), str(second)], headings=("Candidate number", "Qualification"))
    assert counts(named) == (1, 0, 0)


def test_a_preview_that_is_out_of_date_sends_nothing(place, officer):
    row = learner_on(place)
    upload = look(place, officer, [number(row), None])
    not_this_summer(registration=row, reason="Left", by=officer, at=AT)
    assert commit(upload, officer).moved == 1
    assert not Submission.objects.exists()


def test_lateness_is_judged_when_it_is_committed(place, officer):
    row = learner_on(place)
    commit(look(place, officer, [number(row), None]), officer, at=LATE)
    assert Claim.objects.get().late is True


def test_undone_claims_can_be_sent_by_the_same_file_again(place, officer):
    row = learner_on(place)
    commit(look(place, officer, [number(row), None]), officer)
    undo_submission(submission=Submission.objects.get(), by=officer, at=AT)
    again = look(place, officer, [number(row), None])
    assert counts(again) == (1, 0, 0)
    commit(again, officer)
    assert Submission.objects.count() == 2


def test_a_queried_claim_is_unchanged(place, officer):
    row = learner_on(place)
    commit(look(place, officer, [number(row), None]), officer)
    query_claim(claim=Claim.objects.get(), question="Why?", answer_by=AT.date(), by=officer, at=AT)
    assert counts(look(place, officer, [number(row), None])) == (0, 1, 0)


# --- the pages ---


def upload_by_page(client, place, content):
    from django.core.files.uploadedfile import SimpleUploadedFile

    url = reverse("claims:file", args=[place.centre.number])
    return client.post(url, {"file": SimpleUploadedFile("claims.xlsx", content)}, follow=True)


def test_from_the_tracker_to_the_receipt_in_four_screens(place, officer, client):
    row = learner_on(place)
    signed_in(client, officer)
    tracker = client.get(reverse("claims:tracker", args=[place.centre.number]))
    assert reverse("claims:file", args=[place.centre.number]) in tracker.content.decode()
    form = client.get(reverse("claims:file", args=[place.centre.number]))
    assert "CSV or Excel (.xlsx) file" in form.content.decode()
    shown = upload_by_page(client, place, file_of([number(row), "Merit"]))
    text = shown.content.decode()
    assert ("What you are claiming" in text, "sheet “Claims”" in text) == (True, True)
    url = shown.redirect_chain[-1][0]
    refused = client.post(url, {"act": "all"}, follow=True)
    assert "Tick the declaration to submit 1 claim. Nothing was sent." in refused.content.decode()
    assert not Submission.objects.exists()
    done = client.post(url, {"act": "all", "declaration": "on"}, follow=True)
    assert done.redirect_chain == [
        (reverse("claims:receipt", args=[place.centre.number, Submission.objects.get().reference]), 302)
    ]
    assert re.search(r"CLM-24-\d{5}", done.content.decode())
    twice = client.post(url, {"act": "all", "declaration": "on"}, follow=True)
    assert ("committed already" in twice.content.decode(), Submission.objects.count()) == (True, 1)


def test_nothing_left_to_claim_asks_for_no_declaration(place, officer, client):
    row = learner_on(place)
    commit(look(place, officer, [number(row), None]), officer)
    signed_in(client, officer)
    shown = upload_by_page(client, place, file_of([number(row), None]))
    assert 'name="declaration"' not in shown.content.decode()
    done = client.post(shown.redirect_chain[-1][0], {"act": "all"}, follow=True)
    assert "Nothing changed" in done.content.decode()


@pytest.mark.parametrize(("role", "status"), [("head", 200), ("programme", 403), ("reader", 403), ("senco", 403)])
def test_who_may_claim_by_file(place, client, role, status):
    signed_in(client, MembershipFactory(centre=place.centre, role=role).user)
    assert client.get(reverse("claims:file", args=[place.centre.number])).status_code == status


def test_a_stranger_finds_nothing(place, officer, client):
    upload = look(place, officer, [number(learner_on(place)), None])
    signed_in(client, MembershipFactory(role="officer").user)
    for name in ("file-preview", "file-done", "file-refused"):
        assert client.get(reverse(f"claims:{name}", args=[place.centre.number, upload.pk])).status_code == 404
    assert Upload.objects.get().status == "preview"
