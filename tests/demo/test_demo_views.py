import os
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client

from portal import clock
from portal.demo.models import DemoMark
from tests.demo.conftest import LOADED_AT
from tests.factories.people import StaffMembershipFactory

PATHS = ["/demo/", "/demo/mail/", "/demo/mail/notice-1/"]
OFFICER = "officer@northgate.example"

pytestmark = pytest.mark.django_db


def sign_in(client: Client, email: str, **fields: str):
    return client.post("/demo/sign-in", {"email": email, **fields})


def test_everyone_can_be_chosen_by_centre(client, people):
    page = client.get("/demo/").content.decode()
    places = [page.index(words) for words in ("Northgate College", "Southbrook School", "Private candidates")]
    assert places == sorted(places)
    for email in (OFFICER, "head@southbrook.example", "admin@board.example", "private@candidate.example"):
        assert f'name="email" value="{email}"' in page


def test_signing_in_needs_the_token_of_the_page(people):
    client = Client(enforce_csrf_checks=True, HTTP_HOST="localhost:8000")
    assert sign_in(client, OFFICER).status_code == 403
    client.get("/demo/")
    token = client.cookies["csrf"].value
    assert sign_in(client, OFFICER, csrfmiddlewaretoken=token).status_code == 302


def test_the_session_says_that_it_is_the_demonstrations(client, demonstration):
    assert sign_in(client, OFFICER).headers["Location"] == "/"
    assert client.session["factor"] == "demo"
    assert client.session["fresh_until"] > clock.wall().timestamp()
    assert client.get("/c/12345/").status_code == 200
    assert client.get("/c/23456/").status_code == 404


def test_staff_begin_in_the_admin_and_changing_person_leaves_nothing_behind(client, people):
    sign_in(client, OFFICER)
    assert sign_in(client, "casework@board.example").headers["Location"] == "/admin/"
    assert client.get("/c/12345/").status_code == 404


@pytest.mark.parametrize(
    ("wanted", "destination"),
    [
        ("/c/12345/claims/?state=blocked", "/c/12345/claims/?state=blocked"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_going_on_stays_on_this_site(client, people, wanted, destination):
    assert sign_in(client, OFFICER, next=wanted).headers["Location"] == destination


@pytest.mark.parametrize("email", ["nobody@northgate.example", "", "not an address"])
def test_nobody_in_particular_cannot_be_chosen(client, people, email):
    response = sign_in(client, email)
    assert response.status_code == 422
    assert "Choose" in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("missing", ["mark", "setting", "host"])
def test_without_any_one_of_its_three_locks_there_is_no_demonstration(
    client, people, monkeypatch, path, missing, mail_folder
):
    write(mail_folder, "notice-1")
    headers = {}
    assert client.get(path).status_code == 200
    if missing == "mark":
        DemoMark.objects.all().delete()
    elif missing == "setting":
        monkeypatch.setattr(settings, "DEMO", False)
    else:
        monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["*"])
        headers = {"HTTP_HOST": "portal.example"}
    absent = client.get("/nothing-here/", **headers)
    for response in (client.get(path, **headers), client.post("/demo/sign-in", {"email": OFFICER}, **headers)):
        assert (response.status_code, response.content) == (404, absent.content)


@pytest.mark.parametrize("host", ["localhost:8123", "127.0.0.1", "[::1]:8000"])
def test_local_hosts_are_local(client, people, host, monkeypatch):
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["*"])
    assert client.get("/demo/", HTTP_HOST=host).status_code == 200


@pytest.mark.parametrize("host", ["localhost.example", "127.0.0.1.example", "10.0.0.1", "sub.localhost"])
def test_hosts_that_only_look_local_are_not(client, people, host, monkeypatch):
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["*"])
    assert client.get("/demo/", HTTP_HOST=host).status_code == 404


def test_without_the_setting_nothing_is_routed(monkeypatch, routed_anew):
    assert any("demo" in str(route.pattern) for route in routed_anew().urlpatterns)
    monkeypatch.setattr(settings, "DEMO", False)
    assert not any("demo" in str(route.pattern) for route in routed_anew().urlpatterns)


# --- mail ---


def write(folder, name, *, subject="Claims received", text="Read http://localhost:8000/c/12345/ <b>now</b>", age=0):
    path = folder / f"{name}.eml"
    path.write_text(
        f"Subject: {subject}\nTo: {OFFICER}\nDate: Fri, 28 Jun 2024 09:44:00 +0100\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n",
        encoding="utf-8",
    )
    at = (LOADED_AT + timedelta(hours=1, minutes=-age)).timestamp()
    os.utime(path, (at, at))


def test_mail_is_listed_newest_first_without_that_of_an_earlier_demonstration(client, people, mail_folder):
    write(mail_folder, "notice-1", subject="Oldest", age=30)
    write(mail_folder, "notice-2", subject="Newest", age=1)
    write(mail_folder, "notice-3", subject="Of an earlier load", age=90)
    page = client.get("/demo/mail/").content.decode()
    assert page.index("Newest") < page.index("Oldest")
    assert "Of an earlier load" not in page


def test_links_in_a_mail_can_be_followed_and_nothing_else_is_markup(client, people, mail_folder):
    write(mail_folder, "notice-1")
    page = client.get("/demo/mail/notice-1/").content.decode()
    assert 'href="http://localhost:8000/c/12345/"' in page
    assert "&lt;b&gt;now&lt;/b&gt;" in page
    assert "Friday 28 June 2024, 9:44am" in page


@pytest.mark.parametrize("name", ["notice-2", "..", "%2e%2e%2fsecret"])
def test_there_is_no_other_file_to_read(client, people, mail_folder, name):
    (mail_folder.parent / "secret.eml").write_text("Subject: Secret\n\nSecret", encoding="utf-8")
    write(mail_folder, "notice-1")
    assert client.get(f"/demo/mail/{name}/").status_code == 404


def test_pages_cost_the_same_however_many_people(client, people, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get("/demo/")


def test_a_staff_role_that_is_over_or_not_yet_begun_is_not_offered(client, people):
    StaffMembershipFactory(user__email="gone@board.example", to_on=date(2024, 1, 1))
    StaffMembershipFactory(user__email="later@board.example", from_on=date(2099, 1, 1))
    StaffMembershipFactory(user__email="here@board.example")
    page = client.get("/demo/").content.decode()
    assert [name in page for name in ("gone@board", "later@board", "here@board")] == [False, False, True]
