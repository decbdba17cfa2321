"""Strict reading of the environment: a wrong variable stops the process with a sentence that names it."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

KNOWN = frozenset(
    [
        "PORTAL_SECRET_KEY",
        "PORTAL_SECRET_KEY_FALLBACKS",
        "PORTAL_FIELD_KEYS",
        "PORTAL_ALLOWED_HOSTS",
        "PORTAL_BASE_URL",
        "PORTAL_TRUSTED_PROXIES",
        "PORTAL_DEMO",
        "PORTAL_TODAY",
    ]
)


def refuse_unknown() -> None:
    """Stop on a PORTAL_ name that nothing reads: a misspelt variable is a setting that silently does not hold."""
    for name in sorted(os.environ):
        if name.startswith("PORTAL_") and name not in KNOWN:
            raise ImproperlyConfigured(f"{name} is not a variable of the portal. It knows: {', '.join(sorted(KNOWN))}.")


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. See .env.example for what it means.")
    return value


def flag(name: str) -> bool:
    value = os.environ.get(name, "")
    if value not in ("", "0", "1"):
        raise ImproperlyConfigured(f"{name} must be 1, 0 or unset, not {value!r}.")
    return value == "1"


def number(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def words(name: str, default: str | None = None) -> list[str]:
    """A comma-separated list; without a default, at least one item is required."""
    value = os.environ.get(name, default)
    items = [item.strip() for item in (value or "").split(",") if item.strip()]
    if not items and default is None:
        raise ImproperlyConfigured(f"{name} is not set. It is a list separated by commas; see .env.example.")
    return items


def secret(name: str, default: str | None = None) -> str:
    value = text(name, default)
    if len(value) < 50 or len(set(value)) < 5:
        raise ImproperlyConfigured(f"{name} is too short or too plain: use at least 50 random characters.")
    return value


def web_address(name: str, default: str | None = None) -> str:
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path:
        raise ImproperlyConfigured(f"{name} must look like https://exams.example.org, not {value!r}.")
    return value


def mail_transport(default: str) -> dict[str, object]:
    """Read EMAIL_URL: smtp://user:pass@host:port, smtps://… or file:///absolute/folder."""
    value = os.environ.get("EMAIL_URL") or default
    parts = urlsplit(value)
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return {"kind": "file", "folder": Path(parts.path)}
    if parts.scheme in ("smtp", "smtps") and parts.hostname:
        return {
            "kind": "smtp",
            "host": parts.hostname,
            "port": parts.port or (465 if parts.scheme == "smtps" else 587),
            "username": parts.username or "",
            "password": parts.password or "",
            "use_ssl": parts.scheme == "smtps",
        }
    raise ImproperlyConfigured("EMAIL_URL must be smtp://host:port, smtps://host:port or file:///absolute/folder.")
