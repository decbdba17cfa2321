"""How a delivery moves, how often it is tried, and what its state is called."""

from datetime import timedelta
from http import HTTPStatus

from portal.web.labels import Labelled

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
# A receiver that answers byte by byte is cut off, however short each wait.
WHOLE_SECONDS = 15.0
# Far longer than a whole attempt with its name lookup, so that a live sender is never taken for a dead one.
LEASE = timedelta(minutes=2)
# A sweep takes no further deliveries after this long, so that it ends within the task's time limit.
SWEEP = timedelta(minutes=2)
# How long to wait after the first, second, … attempt that failed: seven attempts in about a day and a half.
RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720, 1440))
# A receiver that does not answer is tried for all of its messages at once, and at least this often.
LONGEST_SILENCE = timedelta(minutes=30)
KEPT_FOR = timedelta(days=90)
# Of what a receiver gives as the reason, so much is kept.
LONGEST_FAULT = 120
MOST_HOOKS = 10


class DeliveryState(Labelled):
    WAITING = "waiting", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    DELIVERED = "delivered", "Delivered"
    GIVEN_UP = "given_up", "Given up"
    STOPPED = "stopped", "Stopped, because the webhook was withdrawn"


OPEN = (DeliveryState.WAITING.value, DeliveryState.SENDING.value)


def retry_delay(attempts: int) -> timedelta | None:
    """How long to wait after that many attempts; None when there is no further one."""
    return RETRY_DELAYS[attempts - 1] if attempts <= len(RETRY_DELAYS) else None


def silence(times: int) -> timedelta:
    """How long a receiver is left alone that did not answer so many times in a row."""
    return min(retry_delay(times) or LONGEST_SILENCE, LONGEST_SILENCE)


def is_taken(status: int) -> bool:
    """Has the receiver taken the message? Any answer from 200 to 299 says so."""
    return 200 <= status < 300


def is_gone(status: int) -> bool:
    """Does the receiver ask for no more?"""
    return status == HTTPStatus.GONE


def fault_of(status: int, reason: str) -> str:
    """Why an answer does not count, for the page: never more of it than the status and the first of its reason."""
    words = "".join(sign for sign in reason if sign.isprintable())[: LONGEST_FAULT - 40].strip()
    if 300 <= status < 400:
        return f"Answered {status}. We do not follow redirects."
    return f"Answered {status} {words}".strip() + "."
