"""The learner's page. A mail scanner follows every link; only a person presses the button."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.consent import access
from portal.consent.actions import freeze
from portal.consent.actions.asking import results_of
from portal.consent.models import Consent
from portal.consent.rules import Purpose, Way
from portal.notices.models import Notice
from tests.assurance.walking import digest
from tests.factories.consent import LATER, NOON

pytestmark = pytest.mark.django_db
YES = {"answer": "yes", "typed_name": "Amara Okafor"}


@pytest.fixture
def asked(season, papers):
    """Asked at real time: the page reads the real clock."""
    return season.ask(papers, wall=LATER.replace(year=2096))


@pytest.fixture
def page(asked) -> str:
    return reverse("consent:answer", kwargs={"token": asked.token})


def rows() -> str:
    return digest([list(model.objects.order_by("pk").values_list()) for model in (Consent, Notice)])


def follow_everything(client: Client, start: str) -> list[str]:
    """What a scanner does: GET and HEAD on the link and on every address that the page names."""
    seen, left = [], [start]
    while left:
        path = left.pop()
        seen.append(path)
        client.head(path)
        body = client.get(path).content.decode()
        found = re.findall(r'(?:href|action)="(/[^"]*)"', body)
        left += [each for each in found if each.startswith("/consent/") and each not in seen]
    return seen


def test_a_scanner_records_nothing(client, asked, page):
    before = rows()
    assert page in follow_everything(client, page)
    assert rows() == before


def test_a_scanner_withdraws_nothing(client, asked, page):
    client.post(page, YES)
    before = rows()
    assert len(follow_everything(client, page)) == 2
    assert rows() == before


def test_control_a_page_that_answers_on_get_is_caught(client, asked, page, monkeypatch):
    before = rows()
    monkeypatch.setattr(client, "get", lambda path: client.post(path, YES))
    follow_everything(client, page)
    assert rows() != before


def test_papers_grades_and_what_can_happen_stand_on_the_page_and_nothing_is_chosen(client, asked, page, papers):
    body = client.get(page).content.decode()
    for paper in papers:
        assert paper.unit.title in body
    for words in ("go up", "stay the same", "go down.", "Do you agree to a review of your exams?"):
        assert words in body
    assert "checked" not in body
    assert client.get(page)["Cache-Control"].count("no-store") == 1


def test_yes_then_change_of_mind(client, asked, page):
    body = client.post(page, YES, follow=True).content.decode()
    assert "You agree" in body and "I no longer agree" in body
    client.post(reverse("consent:withdraw-own", kwargs={"token": asked.token}))
    assert "This was withdrawn" in client.get(page).content.decode()
    asked.consent.refresh_from_db()
    assert asked.consent.answer == "yes"
    assert asked.consent.withdrawn_at is not None and asked.consent.withdrawn_by is None


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"typed_name": "Amara Okafor"}, "Choose yes or no."),
        ({"answer": "yes"}, "Type your full name. It counts as your signature."),
    ],
)
def test_half_an_answer_is_asked_for_again(client, asked, page, posted, words):
    body = client.post(page, posted).content.decode()
    assert body.count(words) >= 2
    asked.consent.refresh_from_db()
    assert asked.consent.answer == ""


def test_used_expired_superseded_and_unknown_links_explain_themselves(client, season, papers, asked, page):
    late = season.ask(season.result("0014"), wall=LATER.replace(year=2001))
    gone = client.get(reverse("consent:answer", kwargs={"token": late.token}))
    assert (gone.status_code, "run out" in gone.content.decode()) == (200, True)
    client.post(page, YES)
    freeze(consents=[asked.consent.pk], by=season.officer, at=NOON)
    used = client.get(page)
    assert (used.status_code, "can no longer be changed" in used.content.decode()) == (200, True)
    client.post(reverse("consent:withdraw-own", kwargs={"token": asked.token}))
    asked.consent.refresh_from_db()
    assert asked.consent.withdrawn_at is None
    unknown = client.get(reverse("consent:answer", kwargs={"token": "made-up"}))
    assert (unknown.status_code, "This link does not work" in unknown.content.decode()) == (404, True)
    first = season.ask(season.result("0015"))
    season.ask(results_of(first.consent))
    old = client.get(reverse("consent:answer", kwargs={"token": first.token}))
    assert (old.status_code, "asked again since" in old.content.decode()) == (200, True)


def test_guessing_is_slowed_down_without_locking_the_school_out(client, asked, page):
    guess = [client.get(f"/consent/guess-{number}/").status_code for number in range(access.MISSES + 2)]
    assert guess == [404] * access.MISSES + [429] * 2
    assert client.get(page).status_code == 200
    assert client.post(page, YES).status_code == 302


def test_teaching_asks_about_the_name_and_a_code_has_no_address(client, season, papers):
    asked = season.ask(papers, purpose=Purpose.TEACHING, way=Way.QR, contact_email="", wall=LATER.replace(year=2096))
    page = reverse("consent:answer", kwargs={"token": asked.token})
    assert "Choose whether your name may be shown." in client.post(page, YES).content.decode()
    client.post(page, {**YES, "named": "anonymised", "copy_to": "amara@home.example", "witness_name": "Sam Reed"})
    row = Consent.objects.get()
    assert (row.answer, row.named, row.contact_email, row.witness_name, row.sealed) == (
        "yes",
        False,
        "amara@home.example",
        "Sam Reed",
        "",
    )


def test_without_the_forms_token_nothing_is_taken(asked, page):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(page, YES).status_code == 403
