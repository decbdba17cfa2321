"""What a password may be."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from portal.accounts.adapters import MFAAdapter
from portal.accounts.models import User
from portal.accounts.rules import context_fault, words_of


def person():
    user = User(email="rosalind.achebe@northgate.example", name="Rosalind Achebe-Ng")
    user.context_words = ["Northgate College"]
    return user


def codes(password):
    try:
        validate_password(password, person())
    except ValidationError as fault:
        return {error.code for error in fault.error_list}
    return set()


GOOD = [
    "violet harbour ledger moth",
    "tr4nquil-Otter+92-plinth",
    " correct horse battery staple over the hedge and far away 12345 ",
    "sleeper wagon under glass",
    "college rowing with marmalade",
]
LONG = "seven lanterns drift by a quarry while nine otters hum an anthem"


@pytest.mark.parametrize("password", [*GOOD, LONG])
def test_good_passwords_pass(password):
    assert codes(password) == set()


def test_a_passphrase_of_64_characters_with_spaces_works_unchanged():
    assert len(LONG) == 64
    stored = make_password(LONG)
    assert (check_password(LONG, stored), check_password(LONG[:-1], stored)) == (True, False)
    assert identify_hasher(stored).algorithm == "argon2"
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in stored


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short-7Gx", "password_too_short"),
        ("passwordpassword", "context"),
        ("unicornsunicorns", "weak"),
        ("aaaaaaaaaaaaaaaaaaaa", "weak"),
        ("abcdefghijklmnop", "weak"),
        ("my BTEC ledger moth harbour", "context"),
        ("Pearson violet harbour moth", "context"),
        ("edexcel-violet-harbour-moth", "context"),
        ("violet exams harbour moth", "context"),
        ("violet northgate harbour moth", "context"),
        ("violet achebe harbour moth", "context"),
        ("rosalind violet harbour moth", "context"),
        ("violet ng harbour moth and ng", "ok"),
        ("violet harbour Summer2024 moth", "context"),
        ("violet harbour june-24 moth", "context"),
    ],
)
def test_telling_passwords_are_refused(password, code):
    assert codes(password) == set() if code == "ok" else code in codes(password)


def test_a_megabyte_is_measured_by_its_beginning():
    """zxcvbn alone would take minutes, or refuse to look at more than 72 characters."""
    assert codes("ab" * 300_000) == {"weak"}


@pytest.mark.parametrize(
    ("password", "about", "fault"),
    [
        ("lee", {"lee"}, "lee"),
        ("sleeper", {"lee"}, None),
        ("xxnorthgatexx", {"northgate"}, "northgate"),
        ("autumn 25", set(), "autumn 25"),
        ("autumn", set(), None),
        ("May2026", set(), "may2026"),
    ],
)
def test_context_fault(password, about, fault):
    assert context_fault(password, about=frozenset(about)) == fault


def test_words_of_leaves_out_what_every_centre_has():
    assert words_of("Northgate Sixth Form College", "j.Ng@northgate.example") == {"northgate"}


# --- the second factor's secrets ---


def test_secrets_are_encrypted_and_keys_rotate(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    box = MFAAdapter()
    settings.FIELD_KEYS = [old]
    stored = box.encrypt("SECRET")
    assert "SECRET" not in stored
    settings.FIELD_KEYS = [new, old]
    assert box.decrypt(stored) == "SECRET"
    turned = box.rotate(stored)
    settings.FIELD_KEYS = [new]
    assert box.decrypt(turned) == "SECRET"
    with pytest.raises(InvalidToken):
        box.decrypt(stored)


def test_no_seed_or_secret_stands_in_the_database(with_app):
    from allauth.mfa.models import Authenticator

    _, secret, _ = with_app
    rows = {row.type: row.data for row in Authenticator.objects.all()}
    assert secret not in str(rows)
    assert rows["totp"]["secret"].startswith("gAAAA")
    assert rows["recovery_codes"]["seed"].startswith("gAAAA")
