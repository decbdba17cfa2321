"""What a passkey may not be parted from, and whose it is. Real browsers are in tests/journeys."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from portal.notices.models import Notice
from tests.accounts.conftest import authenticators
from tests.factories.passkeys import PasskeyFactory
from tests.factories.people import MembershipFactory, signed_in

pytestmark = pytest.mark.django_db


def remove(client, passkey):
    return client.post(f"/accounts/2fa/passkeys/{passkey.pk}/remove/", follow=True)


def test_the_only_second_step_cannot_be_removed(client, officer):
    passkey = PasskeyFactory(user=officer)
    page = remove(signed_in(client, officer), passkey)
    assert "This is your only second step." in page.content.decode()
    assert authenticators(officer) == ["webauthn"]


@pytest.mark.parametrize("other", ["app", "passkey"])
def test_beside_another_it_can_and_the_person_is_told(client, officer, other):
    passkey = PasskeyFactory(user=officer)
    if other == "app":
        TOTP.activate(officer, generate_totp_secret())
    else:
        PasskeyFactory(user=officer)
    remove(signed_in(client, officer), passkey)
    assert authenticators(officer) == ["totp" if other == "app" else "webauthn"]
    assert Notice.objects.get().subject == "A passkey was removed"


def test_a_passkey_is_renamed(client, officer):
    passkey = PasskeyFactory(user=officer)
    path = f"/accounts/2fa/passkeys/{passkey.pk}/name/"
    signed_in(client, officer)
    assert client.post(path, {"name": ""}).context["form"].errors["name"] == ["Enter a name for the passkey."]
    assert "My phone" in client.post(path, {"name": "My phone"}, follow=True).content.decode()


def test_a_colleagues_passkey_does_not_exist(client, officer):
    passkey = PasskeyFactory(user=officer)
    colleague = MembershipFactory(centre=officer.memberships.get().centre, role="head").user
    signed_in(client, colleague)
    for act in ("name", "remove"):
        assert client.get(f"/accounts/2fa/passkeys/{passkey.pk}/{act}/").status_code == 404
    assert remove(client, passkey).status_code == 404
    assert authenticators(officer) == ["webauthn"]


def test_a_session_without_the_second_step_reaches_only_setting_one_up(client, officer):
    signed_in(client, officer, factor=None)
    assert client.get("/accounts/2fa/passkeys/add/").status_code == 200
    assert client.get("/accounts/2fa/passkeys/").url == "/accounts/2fa/totp/activate/"
    PasskeyFactory(user=officer)
    assert client.get("/accounts/2fa/passkeys/add/").url.startswith("/accounts/login/")


def test_without_the_app_a_passkey_still_holds_the_session(client, officer):
    PasskeyFactory(user=officer)
    TOTP.activate(officer, generate_totp_secret())
    signed_in(client, officer)
    assert client.post("/accounts/2fa/totp/deactivate/").url == "/accounts/"
    assert client.get("/accounts/").status_code == 200
