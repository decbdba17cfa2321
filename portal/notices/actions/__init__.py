"""The only writers of notices."""

from portal.notices.actions.delivery import deliver
from portal.notices.actions.heartbeats import beat
from portal.notices.actions.queueing import Letter, queue, queue_mail, queue_many
from portal.notices.actions.reading import choose_mail, mark_read
from portal.notices.actions.resolving import cancel, confirm_arrived, forget, resend, send_again

__all__ = [
    "Letter",
    "beat",
    "cancel",
    "choose_mail",
    "confirm_arrived",
    "deliver",
    "forget",
    "mark_read",
    "queue",
    "queue_mail",
    "queue_many",
    "resend",
    "send_again",
]
