"""Ten guesses in five minutes, for an account and for an address, however the headers are dressed up."""

import time

import pytest
from django.test import Client

from portal.accounts.rules import client_address
from tests.accounts.conftest import code_for
from tests.factories.people import PASSWORD, UserFactory

LOGIN = "/accounts/login/"
WAIT = "Too many tries"


def guess(client, email, password="wrong wrong wrong wrong", **headers):
    return client.post(LOGIN, {"login": email, "password": password}, **headers)


def waits(response):
    return response.status_code == 429 or WAIT in response.content.decode()


@pytest.fixture
def later(monkeypatch):
    """Move the rate limits' own clock."""

    def forward(seconds):
        real = time.time
        monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: real() + seconds)

    return forward


def test_ten_guesses_lock_the_account_from_every_address_and_five_minutes_open_it(client, officer, later):
    answers = [waits(guess(client, officer.email, REMOTE_ADDR=f"192.0.2.{n}")) for n in range(11)]
    assert answers == [False] * 10 + [True]
    # The right password does not help during the lock, from anywhere, under any spelling or host name.
    assert waits(guess(client, officer.email.upper(), PASSWORD, REMOTE_ADDR="198.51.100.1"))
    assert waits(guess(client, officer.email, PASSWORD, REMOTE_ADDR="198.51.100.1", HTTP_HOST="127.0.0.1"))
    later(301)
    assert guess(client, officer.email, PASSWORD, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_ten_guesses_lock_the_address_for_every_account(client, db):
    people = UserFactory.create_batch(11)
    answers = [waits(guess(client, person.email, REMOTE_ADDR="192.0.2.1")) for person in people]
    assert answers == [False] * 10 + [True]
    assert not waits(guess(client, people[0].email, REMOTE_ADDR="192.0.2.2"))


def test_forged_headers_do_not_make_a_new_address(client, db, settings):
    settings.TRUSTED_PROXIES = 0
    people = UserFactory.create_batch(11)
    answers = [
        waits(guess(client, person.email, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}")) for n, person in enumerate(people)
    ]
    assert answers[-1] is True


def test_behind_one_proxy_each_client_counts_alone_and_forgeries_do_not(client, db, settings):
    settings.TRUSTED_PROXIES = 1
    people = UserFactory.create_batch(12)
    forged = [
        waits(guess(client, person.email, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 192.0.2.9"))
        for n, person in enumerate(people[:11])
    ]
    assert forged[-1] is True
    assert not waits(guess(client, people[11].email, HTTP_X_FORWARDED_FOR="192.0.2.10"))


@pytest.mark.parametrize(
    ("forwarded", "trusted", "expected"),
    [
        ("", 0, "192.0.2.1"),
        ("203.0.113.7", 0, "192.0.2.1"),
        ("203.0.113.7", 1, "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", 1, "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7, 192.0.2.5", 2, "203.0.113.7"),
        ("192.0.2.5", 2, "192.0.2.1"),
        ("", 1, "192.0.2.1"),
        ("not an address", 1, "192.0.2.1"),
        ("203.0.113.7,", 1, "192.0.2.1"),
        ("2001:db8::1", 1, "2001:db8::1"),
    ],
)
def test_client_address(forwarded, trusted, expected):
    assert client_address(remote="192.0.2.1", forwarded=forwarded, trusted=trusted) == expected


def test_a_connection_without_an_address_still_counts():
    assert client_address(remote="", forwarded="", trusted=0) == "unknown"


def test_guessing_one_time_codes_locks(client, with_app):
    officer, secret, _ = with_app
    client.post(LOGIN, {"login": officer.email, "password": PASSWORD})
    wrong = str((int(code_for(secret)) + 500_000) % 1_000_000).zfill(6)
    for _ in range(10):
        client.post("/accounts/2fa/authenticate/", {"code": wrong})
    answer = client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert waits(answer)
    assert "_auth_user_id" not in client.session


def test_guessing_on_the_lock_page_counts_like_signing_in(client, officer, wall):
    from tests.factories.people import signed_in

    signed_in(client, officer, at=wall.at)
    wall.forward(minutes=31)
    client.get("/centres/")
    for _ in range(10):
        client.post("/accounts/unlock/", {"password": "wrong"})
    assert client.post("/accounts/unlock/", {"password": PASSWORD}).status_code == 200
    assert waits(guess(Client(), officer.email, PASSWORD, REMOTE_ADDR="198.51.100.1"))


def test_a_wrong_try_is_recorded_without_the_address(client, officer):
    from portal.audit.models import Entry

    guess(client, officer.email)
    entry = Entry.objects.get()
    assert (entry.verb, entry.actor_id) == ("account.sign_in_failed", None)
    assert officer.email not in str(entry.data)


def test_a_stranger_cannot_lock_somebody_out_of_their_own_device(with_app):
    officer, secret, _ = with_app
    desk = Client()
    desk.post(LOGIN, {"login": officer.email, "password": PASSWORD})
    desk.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    cookie = desk.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    desk.logout()
    for n in range(11):
        guess(Client(), officer.email, REMOTE_ADDR=f"192.0.2.{n}")
    # The control: another device has to wait, also with a cookie that was changed or belongs to another person.
    assert waits(guess(Client(), officer.email, PASSWORD, REMOTE_ADDR="198.51.100.1"))
    for value in (cookie.value.swapcase(), "nonsense"):
        other = Client()
        other.cookies["device"] = value
        assert waits(guess(other, officer.email, PASSWORD, REMOTE_ADDR="198.51.100.1"))
    desk.cookies["device"] = cookie.value
    assert guess(desk, officer.email, PASSWORD, REMOTE_ADDR="198.51.100.2").url == "/accounts/2fa/authenticate/"
    # A stolen cookie has ten guesses too, no more.
    thief = Client()
    thief.cookies["device"] = cookie.value
    answers = [waits(guess(thief, officer.email, REMOTE_ADDR=f"203.0.113.{n}")) for n in range(11)]
    assert answers == [False] * 10 + [True]


def test_a_device_is_known_only_after_the_second_factor(officer):
    desk = Client()
    desk.post(LOGIN, {"login": officer.email, "password": PASSWORD})
    assert "device" not in desk.cookies


def test_asking_for_links_without_end_is_refused_in_our_words(client, officer):
    answers = [client.post("/accounts/password/reset/", {"email": officer.email}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "Wait five minutes" in answers[-1].content.decode()


@pytest.fixture
def desk(with_app):
    """A device that the officer has signed in from with a second factor, signed out again."""
    officer, secret, _ = with_app
    device = Client()
    device.post(LOGIN, {"login": officer.email, "password": PASSWORD})
    device.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    cookie = device.cookies["device"].value
    device.logout()
    device.cookies["device"] = cookie
    return device


def test_guesses_from_the_same_network_do_not_lock_a_known_device_out(desk, with_app):
    officer, *_ = with_app
    for person in UserFactory.create_batch(10):
        guess(Client(), person.email)
    # The control: a device that is not known waits, on this network, for every account.
    assert waits(guess(Client(), officer.email, PASSWORD))
    # Another person's account is no easier to guess from here.
    assert waits(guess(desk, UserFactory().email, PASSWORD))
    assert guess(desk, officer.email, PASSWORD).url == "/accounts/2fa/authenticate/"


def test_guesses_on_a_known_device_do_not_fill_the_networks_count_but_their_own(desk, with_app):
    officer, *_ = with_app
    answers = [waits(guess(desk, officer.email)) for _ in range(11)]
    assert answers == [False] * 10 + [True]
    assert not waits(guess(Client(), UserFactory().email))


def test_a_network_that_waits_does_not_use_up_the_guesses_of_accounts(db):
    target, *people = UserFactory.create_batch(11)
    for person in people:
        guess(Client(), person.email)
    for _ in range(11):
        assert waits(guess(Client(), target.email))
    assert guess(Client(), target.email, PASSWORD, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_wrong_codes_are_counted_apart_from_wrong_passwords(client, with_app):
    officer, secret, _ = with_app
    client.post(LOGIN, {"login": officer.email, "password": PASSWORD})
    wrong = str((int(code_for(secret)) + 500_000) % 1_000_000).zfill(6)
    for _ in range(11):
        answer = client.post("/accounts/2fa/authenticate/", {"code": wrong})
    assert waits(answer)
    assert guess(Client(), UserFactory().email, PASSWORD).status_code == 302
