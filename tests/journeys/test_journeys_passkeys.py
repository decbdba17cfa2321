"""Passkeys in a real browser, with a virtual authenticator in place of the phone."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from portal.accounts.rules import FRESH_UNTIL
from portal.audit.models import Entry
from portal.notices.models import Notice
from tests.factories.people import PASSWORD, MembershipFactory, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
PASSKEYS = "/accounts/2fa/passkeys/"


@pytest.fixture
def head():
    """A head of centre with an authenticator app and recovery codes that are kept safe."""
    user = MembershipFactory(role="head").user
    TOTP.activate(user, generate_totp_secret())
    codes = RecoveryCodes.activate(user).instance
    codes.data["saved_at"] = "2024-01-01"
    codes.save()
    return user


class Device:
    """What Chromium takes for the platform's authenticator: it keeps passkeys, and unlocks or refuses to."""

    def __init__(self, page):
        self.tools = page.context.new_cdp_session(page)
        self.tools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = self.tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def unlocks(self, yes):
        self.tools.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": yes})

    def forget(self):
        self.tools.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})


@pytest.fixture
def device(page):
    page.set_default_timeout(60_000)
    return Device(page)


@pytest.fixture
def with_passkey(visit, device, head):
    """The head's browser, where a passkey was added and the head signed out."""
    journey = visit(head, PASSKEYS)
    journey.click("Add a passkey").fill("Name of the passkey", "Work laptop")
    journey.click(journey.page.get_by_role("button", name="Add a passkey"))
    journey.page.wait_for_url(f"**{PASSKEYS}")
    assert journey.reads("Work laptop")
    journey.page.context.clear_cookies()
    return journey


def signs_in(journey):
    journey.open("/accounts/login/?next=/accounts/").click("Sign in with a passkey")
    return journey


def test_a_passkey_is_added_told_of_and_signs_in_to_a_page(with_passkey, head):
    assert Notice.objects.filter(subject="A passkey was added", address=head.email).count() == 1
    assert Entry.objects.filter(verb="account.factor_added", data={"type": "webauthn"}).count() == 1
    # The address of signing in ends alike: it says where to go next.
    signs_in(with_passkey).page.wait_for_url(lambda url: url.endswith("/accounts/") and "login" not in url)
    assert with_passkey.reads("Work laptop")
    with_passkey.open("/")
    assert with_passkey.reads("What needs doing") or "/c/" in with_passkey.page.url


def test_control_a_device_without_the_passkey_lets_nobody_in(with_passkey, device):
    device.forget()
    signs_in(with_passkey).page.get_by_text("No passkey was given.").wait_for()
    assert "/login/" in with_passkey.page.url


def test_control_a_device_that_is_not_unlocked_lets_nobody_in(with_passkey, device):
    device.unlocks(False)
    signs_in(with_passkey).page.get_by_text("No passkey was given.").wait_for()
    assert "/login/" in with_passkey.page.url


def test_control_a_passkey_that_was_removed_here_lets_nobody_in(with_passkey, head):
    Authenticator.objects.filter(user=head, type="webauthn").delete()
    signs_in(with_passkey).page.get_by_text("That passkey is not known here.").wait_for()


def test_a_person_who_is_switched_off_is_not_let_in_by_a_passkey(with_passkey, head):
    head.is_active = False
    head.save()
    signs_in(with_passkey).page.wait_for_url("**/accounts/inactive/")


def test_a_passkey_is_the_second_step_after_the_password(with_passkey, head):
    with_passkey.open("/accounts/login/?next=/accounts/").fill("Email address", head.email)
    with_passkey.fill("Password", PASSWORD).click(with_passkey.page.get_by_role("button", name="Sign in", exact=True))
    with_passkey.click("Use a passkey instead").page.wait_for_url("**/accounts/")
    assert with_passkey.reads("Your account")


def stale(visit, head, path):
    """A session whose five minutes are over, at a page that asks who is there."""
    journey = visit(head, "/accounts/")
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    cookies = {cookie["name"]: cookie["value"] for cookie in journey.page.context.cookies()}
    session = SessionStore(cookies[settings.SESSION_COOKIE_NAME])
    session[FRESH_UNTIL] = 0
    session.save()
    return journey.open(path)


def test_a_passkey_answers_before_a_sensitive_act(with_passkey, visit, head):
    number = head.memberships.get().centre.number
    journey = stale(visit, head, f"/c/{number}/people/invite/")
    assert journey.reads("Is it still you?")
    journey.click("Use a passkey instead").page.wait_for_url(f"**/c/{number}/people/invite/")
    assert journey.reads("Invite somebody")


def test_the_pages_of_passkeys_are_accessible(with_passkey, visit, head, axe):
    axe(with_passkey.open("/accounts/login/").page)
    journey = visit(head, PASSKEYS)
    axe(journey.page)
    for name in ("Rename Work laptop", "Remove Work laptop"):
        axe(journey.open(PASSKEYS).click(name).page)
    axe(journey.open(f"{PASSKEYS}add/").page)


def test_a_browser_without_scripts_is_told_what_else_works(browser, live_server, head, settings):
    context = browser.new_context(java_script_enabled=False)
    cookie = signed_in(Client(), head).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}{PASSKEYS}add/")
    assert page.get_by_text("This browser cannot make a passkey").is_visible()
    assert page.get_by_role("button", name="Add a passkey").count() == 0
    context.close()
