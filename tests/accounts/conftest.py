import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

from portal import clock
from tests.factories.people import MembershipFactory


def code_for(secret: str, *, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def officer(db):
    return MembershipFactory().user


@pytest.fixture
def with_app(officer):
    """The officer with an authenticator app and confirmed recovery codes; returns (user, secret, codes)."""
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    codes = RecoveryCodes.activate(officer)
    codes.instance.data["saved_at"] = "2024-01-01"
    codes.instance.save()
    return officer, secret, codes.get_unused_codes()


@pytest.fixture
def wall(monkeypatch):
    """Real time that a test moves: `wall.forward(minutes=31)`."""

    class Wall:
        def __init__(self) -> None:
            self.at = clock.wall()

        def forward(self, **delta: float) -> None:
            self.at += timedelta(**delta)

    moved = Wall()
    monkeypatch.setattr(clock, "wall", lambda: moved.at)
    return moved


def secret_on(page: str) -> str:
    return re.search(r"<code>([A-Z2-7]{32})</code>", page)[1]


def authenticators(user) -> list[str]:
    return sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True))
