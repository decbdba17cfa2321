"""A passkey as a device made it, for rows that only have to be read: `PasskeyFactory(user=head)`."""

from allauth.mfa.models import Authenticator
from factory.django import DjangoModelFactory

# What Chromium's virtual authenticator answered on localhost. The private key went with that browser.
CREDENTIAL = {
    "id": "PuNKnRutpiXeScgEdlNwRk8ygKCQQM6qb6-gJkJKUA8",
    "rawId": "PuNKnRutpiXeScgEdlNwRk8ygKCQQM6qb6-gJkJKUA8",
    "type": "public-key",
    "authenticatorAttachment": "platform",
    "clientExtensionResults": {"credProps": {"rk": True}},
    "response": {
        "attestationObject": (
            "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAQECAwQFBgcIAQID"
            "BAUGBwgAID7jSp0braYl3knIBHZTcEZPMoCgkEDOqm-voCZCSlAPpQECAyYgASFYIHzybcPOayIxsbqprKWTI-7Us7ljAksu2vbPhLkn"
            "0RjfIlgg6VZCCJkn1_c_HzEjB9QDXYynCL6FI2ndnIZEzxFPZ-Y"
        ),
        "clientDataJSON": (
            "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoidWNpWUxCNERnN0t2eDh3Q1FsZG5xZXN1RjMwMkFpV0NRZFJhOC1T"
            "MlpiNCIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6MzkzMjkiLCJjcm9zc09yaWdpbiI6ZmFsc2V9"
        ),
        "transports": ["internal"],
    },
}


class PasskeyFactory(DjangoModelFactory):
    class Meta:
        model = Authenticator

    type = Authenticator.Type.WEBAUTHN
    data = {"name": "Work laptop", "credential": CREDENTIAL}
