"""Strict reading of the environment: a wrong variable stops the process with a sentence that names it."""

import base64
import os
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

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
        "PORTAL_STATEMENT_SECONDS",
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
    if not _is_hard_to_guess(value):
        raise ImproperlyConfigured(f"{name} is too short or too plain: use at least 50 random characters.")
    return value


def former_secrets(name: str) -> list[str]:
    """Keys that signed before the present one: what they sign still holds, so they are as hard to guess."""
    values = words(name, "")
    if not all(map(_is_hard_to_guess, values)):
        raise ImproperlyConfigured(f"{name} holds a key that is too short or too plain: each was a secret key once.")
    return values


def _is_hard_to_guess(value: str) -> bool:
    return len(value) >= 50 and len(set(value)) >= 5


def field_keys(name: str, default: str | None = None) -> list[str]:
    """Fernet keys, newest first: 32 bytes each, in URL-safe base64."""
    values = words(name, default)
    if not all(map(_is_field_key, values)):
        raise ImproperlyConfigured(f"{name} must hold keys of 32 bytes in URL-safe base64, separated by commas.")
    return values


def _is_field_key(value: str) -> bool:
    try:
        return len(base64.b64decode(value, altchars=b"-_", validate=True)) == 32
    except ValueError:
        return False


def web_address(name: str, default: str | None = None) -> str:
    value = text(name, default).rstrip("/")
    parts = _parts(value)
    fits = parts and parts.scheme in ("http", "https") and parts.hostname
    if not fits or value != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:  # type: ignore[union-attr]
        raise ImproperlyConfigured(f"{name} must look like https://exams.example.org, not {value!r}.")
    return value


def database(default: str) -> str:
    """Read DATABASE_URL: postgres://user:pass@host:port/name or sqlite:///file. Its words stay out of the error."""
    value = text("DATABASE_URL", default)
    parts = _parts(value)
    if parts and parts.path.strip("/") and (parts.scheme == "sqlite" or _is_postgres(parts)):
        return value
    raise ImproperlyConfigured(
        "DATABASE_URL must be postgres://user:password@host:port/name or sqlite:////folder/file."
    )


def _is_postgres(parts: SplitResult) -> bool:
    return parts.scheme in ("postgres", "postgresql")


def redis(name: str) -> str:
    """A Redis as redis://host:port/number (rediss:// with TLS); "-" when unset."""
    value = text(name, "-")
    parts = _parts(value)
    fits = parts and parts.scheme in ("redis", "rediss") and parts.hostname and _is_number(parts.path)
    if value != "-" and not fits:
        raise ImproperlyConfigured(f"{name} must be redis://host:port/number or rediss://host:port/number, or unset.")
    return value


def _is_number(path: str) -> bool:
    return not path.strip("/") or path.removeprefix("/").isdecimal()


def _parts(value: str) -> SplitResult | None:
    """An address in its parts, or nothing when it has none that hold: a port, say, that there cannot be."""
    try:
        parts = urlsplit(value)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def mail_transport(default: str) -> dict[str, object]:
    """Read EMAIL_URL: smtp://user:pass@host:port, smtps://… or file:///absolute/folder."""
    value = os.environ.get("EMAIL_URL") or default
    parts = _parts(value)
    if parts is None:
        raise ImproperlyConfigured("EMAIL_URL names a port that there cannot be, or is no address.")
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
