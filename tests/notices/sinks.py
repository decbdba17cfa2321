"""A mail server that answers, or breaks off, as a test tells it to."""

import socket
from email import message_from_bytes
from email.policy import default


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
