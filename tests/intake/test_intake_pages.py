"""Upload, preview, commit, done: within four screens and six clicks, and for nobody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims.models import UnitGrade
from portal.intake.models import Upload
from portal.learners.models import Learner
from tests.factories.learners import College
from tests.factories.people import MembershipFactory, signed_in

GRADES = "Candidate number,Unit,Grade,House\n0012,1,M\n0012,8,P\n"
FAULTY = GRADES + "12,1,M\n"


def page(college, name, **kwargs):
    return reverse(f"claims:{name}", kwargs={"number": college.centre.number, **kwargs})


def a_file(text, name="grades.csv"):
    return {"file": SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)}


def words(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def registered(college):
    college.register("0012", "NAT-BUS-EC", number="AB00012")
    return college


@pytest.fixture
def officer(registered, client):
    return signed_in(client, registered.officer)


@pytest.fixture
def upload(officer, registered):
    officer.post(page(registered, "upload"), a_file(GRADES))
    return Upload.objects.get()


def test_a_file_goes_in_within_four_screens(officer, registered):
    screens = [officer.get(page(registered, "tracker")), officer.get(page(registered, "upload"))]
    response = officer.post(page(registered, "upload"), a_file(GRADES), follow=True)
    screens.append(response)
    url = response.redirect_chain[-1][0]
    assert "Commit 2 rows" in words(response)
    assert not UnitGrade.objects.exists()
    done = officer.post(url, {"act": "all"}, follow=True)
    screens.append(done)
    # Upload unit grades, the file itself, look at the file, commit.
    assert (len(screens), [screen.status_code for screen in screens]) == (4, [200] * 4)
    assert "2 rows saved" in words(done)
    assert UnitGrade.objects.count() == 2


def test_the_preview_says_what_was_ignored_and_how_headings_were_read(officer, registered):
    text = "Cand no,Unit,Grade,House\n0012,1,M,Red\n"
    response = officer.post(page(registered, "upload"), a_file(text), follow=True)
    assert "<li>House</li>" in words(response)
    assert "“Cand no” is Candidate number" in words(response)


def test_faults_of_the_file_come_first_and_alone(officer, registered):
    response = officer.post(page(registered, "upload"), a_file("Cand,Unt,Grade\n1,2,3\n"))
    errors = response.context["form"].errors["file"]
    assert len(errors) == 3
    assert errors[0].startswith("There is no column “Candidate number” or “Registration number”.")
    assert not Upload.objects.exists()


@pytest.mark.parametrize("name", ["grades.csv", "anything", "grades.XLSX"])
def test_the_name_of_the_file_does_not_matter(officer, registered, name):
    officer.post(page(registered, "upload"), a_file(GRADES, name))
    assert Upload.objects.get().filename == name


def test_a_workbook_with_another_name_is_told_what_it_is(officer, registered):
    response = officer.post(page(registered, "upload"), a_file(b"\xd0\xcf\x11\xe0" + b"\0" * 99))
    assert "Save as" in response.context["form"].errors["file"][0]


def test_no_file_and_an_empty_file(officer, registered):
    assert officer.post(page(registered, "upload")).context["form"].errors["file"] == ["Choose the file to upload."]
    response = officer.post(page(registered, "upload"), a_file(""))
    assert response.context["form"].errors["file"][0].startswith("The file is empty")


def test_a_file_that_is_too_large_is_refused(officer, registered):
    response = officer.post(page(registered, "upload"), a_file(b"x" * (5 * 1024 * 1024 + 1)))
    assert "larger than 5 MB" in response.context["form"].errors["file"][0]


def test_good_rows_only(officer, registered):
    response = officer.post(page(registered, "upload"), a_file(FAULTY), follow=True)
    url = response.redirect_chain[-1][0]
    assert "Commit the 2 good rows" in words(response)
    assert "All or nothing: not possible while 1 row is refused." in words(response)
    assert "not all rows can be committed" in words(officer.post(url, {"act": "all"}, follow=True))
    assert not UnitGrade.objects.exists()
    done = officer.post(url, {"act": "good"}, follow=True)
    assert "Download the 1 refused row with reasons (CSV)" in words(done)
    assert UnitGrade.objects.count() == 2
    refused = officer.get(page(registered, "upload-refused", pk=Upload.objects.get().pk))
    assert refused["Content-Type"] == "text/csv; charset=utf-8"
    assert refused.content.decode("utf-8-sig").splitlines() == [
        "Candidate number,Unit,Grade,House,Row,Reason,What to do",
        "12,1,M,,4,Candidate number: A candidate number has four digits.,"
        "Use 0012: spreadsheets drop the leading noughts.",
    ]


def test_suggested_values_are_used_on_request(officer, registered):
    text = "Candidate number,Unit,Grade\n12,1,Merits\n"
    response = officer.post(page(registered, "upload"), a_file(text), follow=True)
    url = response.redirect_chain[-1][0]
    officer.post(url, {"act": "suggestions"})
    officer.post(url, {"act": "suggestions"})
    officer.post(url, {"act": "all"})
    assert UnitGrade.objects.get().grade == "M"


def test_a_second_commit_leads_to_what_was_done(officer, registered, upload):
    url = page(registered, "upload-preview", pk=upload.pk)
    officer.post(url, {"act": "all"})
    response = officer.post(url, {"act": "all"}, follow=True)
    assert "committed already" in words(response)
    assert response.redirect_chain[-1][0] == page(registered, "upload-done", pk=upload.pk)


def test_a_file_can_be_discarded(officer, registered, upload):
    url = page(registered, "upload-preview", pk=upload.pk)
    response = officer.post(url, {"act": "discard"}, follow=True)
    assert "Nothing from it was saved." in words(response)
    assert not UnitGrade.objects.exists()
    assert "The file is discarded" in words(officer.get(url, follow=True))


def test_an_unknown_act_does_nothing(officer, registered, upload):
    officer.post(page(registered, "upload-preview", pk=upload.pk), {"act": "everything"})
    officer.post(page(registered, "upload-preview", pk=upload.pk))
    assert Upload.objects.get().status == "preview"


def test_a_file_that_was_looked_at_waits_on_the_upload_page(officer, registered, upload):
    assert page(registered, "upload-preview", pk=upload.pk) in words(officer.get(page(registered, "upload")))


NAMES = ["upload-preview", "upload-done", "upload-refused"]


@pytest.mark.parametrize("name", NAMES)
def test_an_upload_of_another_centre_is_not_there(registered, upload, client, name):
    other = College()
    signed_in(client, other.officer)
    assert client.get(page(other, name, pk=upload.pk)).status_code == 404
    assert client.get(page(registered, name, pk=upload.pk)).status_code == 404
    if name == "upload-preview":
        assert client.post(page(other, name, pk=upload.pk), {"act": "all"}).status_code == 404
    assert Upload.objects.get().status == "preview"


def test_an_upload_of_another_kind_is_not_there(officer, registered, upload):
    kwargs = {"number": registered.centre.number, "pk": upload.pk}
    assert officer.get(reverse("learners:upload-learners-preview", kwargs=kwargs)).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("programme", 200), ("reader", 403), ("quality", 403), ("senco", 403)])
def test_who_may_upload_unit_grades(registered, client, role, status):
    signed_in(client, registered.member(role))
    assert client.get(page(registered, "upload")).status_code == status


def test_a_programme_lead_may_not_upload_learners(registered, client):
    signed_in(client, registered.member("programme"))
    url = reverse("learners:upload-learners", args=[registered.centre.number])
    text = "Candidate number,Family name,Given name\n0044,A,B\n"
    assert client.post(url, a_file(text)).status_code == 403
    assert not Learner.objects.filter(candidate_number="0044").exists()


def test_a_stranger_cannot_upload(registered, client):
    signed_in(client, MembershipFactory(role="officer").user)
    assert client.post(page(registered, "upload"), a_file(GRADES)).status_code == 404
    assert not Upload.objects.exists()


def test_learners_go_in_by_file_too(officer, registered):
    url = reverse("learners:upload-learners", args=[registered.centre.number])
    response = officer.post(url, a_file("Candidate number,Family name,Given name\n0044,Lee,Ann\n"), follow=True)
    officer.post(response.redirect_chain[-1][0], {"act": "all"})
    assert str(Learner.objects.get(candidate_number="0044")) == "Lee, Ann"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_preview_costs_the_same_for_one_and_three(officer, registered, rows, django_assert_max_num_queries):
    text = "Candidate number,Unit,Grade\n" + "".join(f"{n},1,M\n" for n in range(1, rows + 1))
    officer.post(page(registered, "upload"), a_file(text))
    with django_assert_max_num_queries(12):
        officer.get(page(registered, "upload-preview", pk=Upload.objects.get().pk))
