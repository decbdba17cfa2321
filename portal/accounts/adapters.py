"""How the second factor is kept: encrypted, under keys that rotate."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings

from portal.web.sealing import box


class MFAAdapter(DefaultMFAAdapter):
    """A copy of the database alone gives away no one-time code."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is not right. Codes change every 30 seconds and work once: wait for the next one.",
    }

    def encrypt(self, text: str) -> str:
        return box(settings.FIELD_KEYS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return box(settings.FIELD_KEYS).decrypt(encrypted_text.encode()).decode()

    def rotate(self, encrypted_text: str) -> str:
        """The same secret under the newest key."""
        return box(settings.FIELD_KEYS).rotate(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """What a new passkey is called until the person names it."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return "Passkey" if number == 1 else f"Passkey {number}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name under which a device keeps the passkey."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}

    def get_totp_label(self, user: Any) -> str:
        return str(user.email)
