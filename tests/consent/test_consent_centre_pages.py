import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.consent.models import Consent
from tests.factories.consent import LATER, PDF
from tests.factories.people import CentreFactory, MembershipFactory, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(season, client):
    return signed_in(client, season.officer)


def at(season, name, **kwargs):
    return reverse(f"consent:{name}", kwargs={"number": season.centre.number, **kwargs})


def test_asked_with_a_code_for_the_room(season, papers, officer):
    page = at(season, "take", candidate="0012")
    said = {"papers": [papers[0].pk], "purpose": "review", "way": "qr"}
    body = officer.post(page, said, follow=True).content.decode()
    assert "data:image/svg+xml;base64," in body and "ready to print" in body
    consent = Consent.objects.get()
    assert consent.sealed not in body
    assert [paper.unit_id for paper in consent.papers.all()] == [papers[0].unit_id]


def test_upload_and_the_file_comes_back_as_an_attachment(season, papers, officer):
    said = {"papers": [papers[0].pk], "purpose": "review", "way": "upload", "signed_on": "2024-06-27"}
    file = SimpleUploadedFile("Amara.pdf", PDF)
    officer.post(at(season, "take", candidate="0012"), {**said, "file": file})
    consent = Consent.objects.get()
    answer = officer.get(at(season, "file", pk=consent.pk))
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="consent-{consent.pk}.pdf"'


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"way": "link"}, "Enter the learner’s email address."),
        ({"way": "paper", "signed_on": "2024-06-27"}, "Say who holds the signed paper."),
        ({"way": "paper", "held_by": "Helen Marsh"}, "Enter the day of the signature."),
        ({"way": "upload", "signed_on": "2024-06-27"}, "Choose the file to upload."),
        ({"way": "qr", "papers": []}, "Choose at least one paper."),
    ],
)
def test_what_is_missing_is_said(season, papers, officer, said, words):
    posted = {"papers": [papers[0].pk], "purpose": "review", **said}
    assert words in officer.post(at(season, "take", candidate="0012"), posted).content.decode()
    assert not Consent.objects.exists()


def test_seen_asked_again_and_withdrawn(season, papers, officer):
    asked = season.ask(papers, wall=LATER.replace(year=2096))
    assert "Waiting" in officer.get(at(season, "list")).content.decode()
    officer.post(at(season, "again", pk=asked.consent.pk))
    newest = Consent.objects.order_by("-pk").first()
    assert newest.pk != asked.consent.pk
    body = officer.post(at(season, "withdraw", pk=newest.pk), {"reason": ""}).content.decode()
    assert "Say how the learner told you" in body
    officer.post(at(season, "withdraw", pk=newest.pk), {"reason": "Told me."})
    newest.refresh_from_db()
    assert (newest.withdrawn_by, newest.withdrawn_reason) == (season.officer, "Told me.")


def test_a_stranger_sees_a_page_that_never_existed_and_a_reader_cannot_act(season, papers, client):
    asked = season.ask(papers)
    stranger = signed_in(client, MembershipFactory(centre=CentreFactory(), role="officer").user)
    for name in ("detail", "sheet", "file"):
        assert stranger.get(at(season, name, pk=asked.consent.pk)).status_code == 404
    reader = signed_in(client, season.member("reader"))
    assert reader.get(at(season, "detail", pk=asked.consent.pk)).status_code == 200
    for name in ("again", "withdraw"):
        assert reader.post(at(season, name, pk=asked.consent.pk), {"reason": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("wanted", "kept"), [("/c/1/x/", True), ("https://evil.example/", False), ("//evil.example", False)]
)
def test_back_to_the_request_it_was_asked_for_and_nowhere_else(season, papers, officer, wanted, kept):
    page = at(season, "take", candidate="0012") + f"?next={wanted}"
    said = {"papers": [papers[0].pk], "purpose": "review", "way": "link", "contact_email": "a@learner.example"}
    answer = officer.post(page, said)
    here = at(season, "detail", pk=Consent.objects.get().pk)
    assert answer["Location"] == (wanted if kept else here)


def test_the_list_asks_the_same_of_three_as_of_one(season, officer):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert officer.get(at(season, "list")).status_code == 200
        return len(asked)

    season.ask(season.result("0021"))
    officer.get(at(season, "list"))
    one = cost()
    for number in ("0022", "0023"):
        season.ask(season.result(number))
    assert cost() == one
