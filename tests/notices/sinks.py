"""A mail server that answers, or breaks off, as a test tells it to."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller


class Sink:
    """Takes mail. `script` maps a command to what happens at it: an answer, or a callable given this sink."""

    def __init__(self):
        self.taken = []
        self.script = {}

    def ids(self):
        return [mail["Message-ID"] for mail in self.taken]

    def _scripted(self, command, server, address=None):
        act = self.script.get(command)
        return act(self, server, address) if callable(act) else act

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self._scripted("EHLO", server)
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        answer = self._scripted("MAIL", server, address)
        envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self._scripted("RCPT", server, address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self._scripted("DATA", server, envelope.rcpt_tos[0])
        if answer is None:
            self.taken.append(message_from_bytes(envelope.content, policy=default))
        return answer or "250 OK"


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@contextmanager
def serving(settings) -> Iterator[Sink]:
    """A mail server on a port of its own, which the portal's settings name."""
    sink = Sink()
    sink.port = free_port()
    server = Controller(sink, hostname="127.0.0.1", port=sink.port, ready_timeout=10)
    server.start()
    settings.MAIL_TRANSPORT = {
        "kind": "smtp",
        "host": "127.0.0.1",
        "port": sink.port,
        "username": "",
        "password": "",
        "use_ssl": False,
    }
    yield sink
    server.stop()
