"""How a mail moves from waiting to sent, how often it is tried, and which mail a person may switch off."""

import re
from datetime import datetime, timedelta
from hashlib import sha256

# From → where a mail may go. A doubtful one waits for a person and is never tried again by itself.
MOVES: dict[str, frozenset[str]] = {
    "queued": frozenset({"sending", "none"}),
    "sending": frozenset({"sent", "queued", "failed", "unknown"}),
    "unknown": frozenset({"sent", "queued"}),
    "failed": frozenset({"queued"}),
    "sent": frozenset(),
    "none": frozenset(),
}


def check_move(*, came_from: str, to: str) -> None:
    """A move that the table does not know is a fault of ours, not of the person asking."""
    if to not in MOVES[came_from]:
        raise ValueError(f"A mail that is {came_from} never becomes {to}.")


# How long to wait after the first, second, … attempt that could not finish: about a day in all.
RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 1080))

# Longer than every timeout of one SMTP conversation together, so a live sender is never taken for a dead one.
LEASE = timedelta(minutes=15)

# Kinds that a person may have on these pages only, with the words of the choice. Everything else is always mailed.
CHOICES: dict[str, str] = {
    "reminder": "Reminders of work that is still to do",
    "receipt": "Receipts and decisions",
    "news": "News about dates and the portal",
}
_ALIASES = {"reminders": "reminder", "receipts": "receipt", "decision": "receipt"}

_SECRET_LINK = re.compile(r"/(reset/key|confirm-email|login/code|invitations?|consent)/[^\s/]+")


def retry_delay(attempts: int) -> timedelta | None:
    """How long to wait after that many attempts; None when there is no further one."""
    return RETRY_DELAYS[attempts - 1] if attempts <= len(RETRY_DELAYS) else None


def choice_of(kind: str) -> str | None:
    """The preference that a kind of message falls under ("claims.receipt" → "receipt"); None: always mailed."""
    last = kind.rsplit(".", 1)[-1]
    name = _ALIASES.get(last, last)
    return name if name in CHOICES else None


def may_send_again(*, delivery: str, secret: bool) -> bool:
    """A copy may be asked for once the first one is off our hands; a secret link is asked for anew instead."""
    return not secret and delivery not in ("queued", "sending")


def holds_secret(text: str) -> bool:
    """Does a mail carry a link that lets its reader in (reset, confirmation, invitation, consent)?"""
    return _SECRET_LINK.search(text) is not None


def one_line(text: str, longest: int = 200) -> str:
    """A subject: one line, shortened where it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def tidy(text: str) -> str:
    """A plain text whose empty blocks leave no gaps."""
    return re.sub(r"\n[ \t]*\n\s*", "\n\n", text).strip() + "\n"


def message_id(*, number: int, dedupe_key: str, host: str) -> str:
    """The same for every attempt at a mail, so that a reader's program can tell a duplicate."""
    return f"<notice-{number}-{sha256(dedupe_key.encode()).hexdigest()[:16]}@{host}>"


def due_at(*, send_after: datetime | None, queued_at: datetime, wall: datetime) -> datetime:
    """The real instant at which a mail is due. `send_after` is on the same clock as `queued_at`, the domain's.

    The wait is as long on the one clock as on the other; where the domain's day is long past, nothing waits for it.
    """
    due = max(send_after or queued_at, queued_at)
    return min(due, wall + (due - queued_at))
