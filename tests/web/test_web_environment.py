"""A wrong variable stops the process with one sentence that names it, whatever is wrong with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import environment

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
SECRET = "a-key-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"
READERS = {
    "PORTAL_FIELD_KEYS": lambda: environment.field_keys("PORTAL_FIELD_KEYS"),
    "PORTAL_SECRET_KEY_FALLBACKS": lambda: environment.former_secrets("PORTAL_SECRET_KEY_FALLBACKS"),
    "PORTAL_BASE_URL": lambda: environment.web_address("PORTAL_BASE_URL"),
    "REDIS_URL": lambda: environment.redis("REDIS_URL"),
    "DATABASE_URL": lambda: environment.database("sqlite:////tmp/unused"),
    "EMAIL_URL": lambda: environment.mail_transport("file:///tmp/unused"),
}
BAD = [
    ("PORTAL_FIELD_KEYS", "abc"),
    ("PORTAL_FIELD_KEYS", f"{KEY},abc"),
    ("PORTAL_FIELD_KEYS", f"{KEY[:-1]}é"),
    ("PORTAL_FIELD_KEYS", "MDEyMzQ1Njc4OWFiY2RlZg=="),
    ("PORTAL_SECRET_KEY_FALLBACKS", "a"),
    ("PORTAL_SECRET_KEY_FALLBACKS", f"{SECRET},{'a' * 60}"),
    ("PORTAL_BASE_URL", "http://x:99999"),
    ("PORTAL_BASE_URL", "http://x:port"),
    ("PORTAL_BASE_URL", "http://[::1"),
    ("PORTAL_BASE_URL", "http://:8000"),
    ("PORTAL_BASE_URL", "https://user@exams.example.org"),
    ("PORTAL_BASE_URL", "https://exams.example.org?a=b"),
    ("PORTAL_BASE_URL", "https://exams.example.org#top"),
    ("PORTAL_BASE_URL", "exams.example.org"),
    ("REDIS_URL", "nonsense"),
    ("REDIS_URL", "http://localhost:6379/0"),
    ("REDIS_URL", "redis://"),
    ("REDIS_URL", "redis://localhost:99999/0"),
    ("REDIS_URL", "redis://localhost:6379/first"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "mysql://localhost/portal"),
    ("DATABASE_URL", "postgres://localhost:99999/portal"),
    ("DATABASE_URL", "postgres://localhost:port/portal"),
    ("DATABASE_URL", "postgres://localhost"),
    ("DATABASE_URL", "postgres://[localhost/portal"),
    ("DATABASE_URL", "sqlite://"),
    ("EMAIL_URL", "smtp://mail.example.org:99999"),
    ("EMAIL_URL", "smtp://mail.example.org:port"),
    ("EMAIL_URL", "smtp://[mail.example.org"),
    ("EMAIL_URL", "nonsense"),
]
GOOD = [
    ("PORTAL_FIELD_KEYS", f"{KEY}, {KEY}"),
    ("PORTAL_SECRET_KEY_FALLBACKS", ""),
    ("PORTAL_SECRET_KEY_FALLBACKS", SECRET),
    ("PORTAL_BASE_URL", "https://exams.example.org"),
    ("PORTAL_BASE_URL", "http://localhost:8000/"),
    ("PORTAL_BASE_URL", "http://[::1]:8000"),
    ("REDIS_URL", ""),
    ("REDIS_URL", "redis://127.0.0.1:6379/2"),
    ("REDIS_URL", "rediss://:secret@redis.example.org"),
    ("DATABASE_URL", ""),
    ("DATABASE_URL", "sqlite:////tmp/db.sqlite3"),
    ("DATABASE_URL", "postgres://portal:secret@localhost:5432/portal"),
    ("DATABASE_URL", "postgresql:///portal"),
    ("EMAIL_URL", ""),
    ("EMAIL_URL", "smtp://user:secret@mail.example.org:587"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_malformed_variable_is_refused_by_name(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        READERS[name]()


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_sound_variable_is_read(monkeypatch, name, value):
    """Control."""
    monkeypatch.setenv(name, value)
    READERS[name]()


@pytest.mark.parametrize("name", READERS)
def test_the_settings_read_it_strictly(name):
    others = {key: value for key, value in os.environ.items() if not key.startswith("PORTAL_")}
    answer = subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        cwd=Path(environment.__file__).parents[1],
        env={**others, "PORTAL_DEMO": "1", name: "nonsense"},
        capture_output=True,
        text=True,
    )
    last = answer.stderr.strip().splitlines()[-1]
    assert (answer.returncode, "ImproperlyConfigured" in last, name in last) == (1, True, True)
