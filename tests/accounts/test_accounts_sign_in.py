"""Signing in, told through the real library: password, one-time code, recovery codes."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.notices.models import Notice
from tests.accounts.conftest import authenticators, code_for, secret_on
from tests.factories.people import PASSWORD, signed_in

LOGIN = "/accounts/login/"
SET_UP = "/accounts/2fa/totp/activate/"
CODES = "/accounts/2fa/recovery-codes/"


def give_password(client, user, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": user.email, "password": password, **more})


def verbs():
    return list(Entry.objects.order_by("id").values_list("verb", flat=True))


@pytest.mark.django_db(transaction=True)
def test_first_sign_in_sets_up_the_second_step_and_confirms_the_codes(client, officer):
    assert give_password(client, officer).url == "/"
    assert client.get("/centres/").url == SET_UP
    page = client.get(SET_UP)
    secret = secret_on(page.content.decode())
    assert secret not in str(dict(client.session))
    assert client.post(SET_UP, {"code": "000000"}).status_code == 200
    key_before = client.session.session_key
    assert client.post(SET_UP, {"code": code_for(secret)}).url == CODES
    assert client.session.session_key != key_before
    assert client.get("/centres/").url == CODES
    codes = client.get(CODES)
    assert len(codes.context["unused_codes"]) == 10
    assert client.post(f"{CODES}saved/").url == "/"
    assert client.get("/centres/").status_code == 200
    assert verbs() == [
        "account.signed_in",
        "account.factor_added",
        "account.factor_added",
        "account.codes_saved",
    ]
    assert [notice.subject for notice in Notice.objects.order_by("id")] == ["A second step was set up"]
    # The code that set it up is spent.
    client.logout()
    assert give_password(client, officer).url == "/accounts/2fa/authenticate/"
    assert "is not right" in client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)}).content.decode()


def test_password_then_code_opens_the_session_under_a_new_key(client, with_app):
    officer, secret, _ = with_app
    client.get(LOGIN)
    assert give_password(client, officer, next="/centres/").url == "/accounts/2fa/authenticate/"
    before = client.session.session_key
    assert client.get("/centres/").url == "/accounts/login/?next=/centres/"
    assert client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)}).url == "/centres/"
    assert client.session.session_key != before
    assert client.session["factor"] == "mfa"
    assert client.get("/centres/").status_code == 200
    assert verbs() == ["account.signed_in"]
    officer.refresh_from_db()
    assert officer.last_seen_at is not None


def test_a_one_time_code_works_once(client, with_app):
    officer, secret, _ = with_app
    code = code_for(secret)
    give_password(client, officer)
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    client.logout()
    give_password(client, officer)
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


def test_a_recovery_code_works_once(client, with_app):
    officer, _, codes = with_app
    for expected in (302, 200):
        give_password(client, officer)
        assert client.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == expected
        client.logout()


def test_unconfirmed_codes_come_back_at_the_next_sign_in(client, with_app):
    officer, secret, _ = with_app
    row = Authenticator.objects.get(user=officer, type="recovery_codes")
    del row.data["saved_at"]
    row.save()
    give_password(client, officer)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert client.get("/centres/").url == CODES


OPEN_PAGES = ["/help/", "/accessibility/", "/privacy/"]


def test_a_password_only_session_reaches_no_data(client, officer):
    number = officer.memberships.get().centre.number
    signed_in(client, officer, factor=None)
    for path in ["/centres/", f"/c/{number}/people/", "/accounts/", CODES, "/admin/", "/accounts/password/change/"]:
        assert client.get(path).url == SET_UP, path
        assert client.post(path).url == SET_UP, path
    for path in OPEN_PAGES:
        response = client.get(path)
        assert response.status_code == 200
        assert officer.name not in response.content.decode()
    # The control: the same pages with the second factor.
    signed_in(client, officer)
    assert client.get(f"/c/{number}/people/").status_code == 200


def test_a_password_only_session_cannot_take_the_second_factor_away(client, with_app):
    officer, _, _ = with_app
    for path in ["/accounts/2fa/totp/deactivate/", f"{CODES}generate/", CODES, f"{CODES}download/"]:
        signed_in(client, officer, factor=None)
        client.post(path)
        client.get(path)
        assert authenticators(officer) == ["recovery_codes", "totp"], path
    assert client.get(SET_UP).url == LOGIN
    assert "_auth_user_id" not in client.session
    # The control: with the factor it can.
    signed_in(client, officer)
    client.post("/accounts/2fa/totp/deactivate/")
    assert authenticators(officer) == []
    assert client.get("/centres/").url == SET_UP


def test_a_demo_factor_counts_only_in_the_demo(client, officer, settings):
    signed_in(client, officer, factor="demo")
    assert client.get("/centres/").status_code == 200
    settings.DEMO = False
    assert client.get("/centres/").url == SET_UP


def test_nobody_signs_up(client, db):
    for path in ["/accounts/signup/", "/accounts/password/set/", "/accounts/email/", "/accounts/reauthenticate/"]:
        assert client.get(path).status_code == 404, path
        assert client.post(path, {"email": "a@b.example"}).status_code == 404, path
    assert User.objects.count() == 0


def test_an_unknown_address_is_answered_like_a_known_one(client, officer):
    wrong = give_password(client, officer, password="not the password at all")
    unknown = client.post(LOGIN, {"login": "nobody@northgate.example", "password": "not the password at all"})
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()
    known = client.post("/accounts/password/reset/", {"email": officer.email})
    other = client.post("/accounts/password/reset/", {"email": "nobody@northgate.example"})
    assert (known.status_code, known.url) == (other.status_code, other.url)
    assert [notice.address for notice in Notice.objects.all()] == [officer.email]


def test_an_unknown_address_costs_one_hash_like_a_known_one(client, officer, monkeypatch):
    from portal.accounts.hashers import Argon2id

    counted = []
    for name in ("encode", "verify"):
        real = getattr(Argon2id, name)
        monkeypatch.setattr(
            Argon2id, name, lambda self, *a, _real=real, _name=name, **k: counted.append(_name) or _real(self, *a, **k)
        )
    give_password(client, officer, password="not the password at all")
    known = len(counted)
    client.post(LOGIN, {"login": "nobody@northgate.example", "password": "not the password at all"})
    assert (known, len(counted) - known) == (1, 1)


def test_password_reset_asks_for_the_second_factor_still(client, with_app):
    officer, _, _ = with_app
    client.post("/accounts/password/reset/", {"email": officer.email})
    notice = Notice.objects.get()
    assert (notice.secret, notice.user) == (True, None)
    link = next(word for word in notice.text.split() if "/reset/key/" in word)
    path = link.removeprefix("http://localhost:8000")
    form = client.get(path).url
    new = "seven lanterns drift by the quarry"
    assert client.post(form, {"password1": new, "password2": new}).url == "/accounts/password/reset/key/done/"
    assert client.get("/centres/").url == "/accounts/login/?next=/centres/"
    assert give_password(client, officer, password=new).url == "/accounts/2fa/authenticate/"
    # Used once, the link is dead.
    client.logout()
    assert "has run out" in client.get(path).content.decode()
    assert verbs() == ["account.password_reset"]


def test_a_changed_password_ends_every_session(client, with_app):
    from django.test import Client

    officer, _, _ = with_app
    elsewhere = signed_in(Client(), officer)
    signed_in(client, officer)
    new = "seven lanterns drift by the quarry"
    answer = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.url == LOGIN
    assert elsewhere.get("/centres/").url == "/accounts/login/?next=/centres/"
    assert [notice.subject for notice in Notice.objects.all()] == ["Your password was changed"]


def test_a_person_switched_off_is_out_with_the_next_request(client, officer):
    signed_in(client, officer)
    assert client.get("/centres/").status_code == 200
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert client.get("/centres/").url == "/accounts/login/?next=/centres/"


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_inactive"])
def test_the_pages_before_sign_in_stand(client, db, name):
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/accounts/", "/accounts/password/change/", "/accounts/logout/", CODES, f"{CODES}generate/", "/accounts/confirm/"],
)
def test_the_pages_of_ones_account_stand(client, with_app, path):
    signed_in(client, with_app[0])
    assert client.get(path).status_code == 200
