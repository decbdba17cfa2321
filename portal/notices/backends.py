"""Django's email backend: every mail of every library becomes a row of the outbox."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from portal import clock
from portal.notices.actions import queue_mail


class Outbox(BaseEmailBackend):
    """Queues and never sends. The header `X-Portal-Secret` marks a mail to be blanked after sending."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(bool(self._queue(message)) for message in email_messages)

    def _queue(self, message: EmailMessage) -> int:
        if message.attachments:
            raise ValueError("The outbox keeps words only. Put the file on a page and link to it.")
        alternatives: list[Any] = getattr(message, "alternatives", None) or []
        html = next((str(content) for content, kind in alternatives if kind == "text/html"), "")
        return queue_mail(
            addresses=message.recipients(),
            subject=str(message.subject),
            text=str(message.body) if message.content_subtype == "plain" else "",
            html=html or (str(message.body) if message.content_subtype == "html" else ""),
            secret="X-Portal-Secret" in message.extra_headers,
            at=clock.now(),
        )
