"""The only code that opens a connection to somebody else's program.

The host is looked up once for each attempt, every address it has must be public, and the connection goes to the very
address that was looked at: a name that changes its mind between the look and the call gains nothing. Redirects are
answers like any other, and of an answer only its first line counts.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer

from portal.hooks.rules.addresses import Target, is_loopback, is_public
from portal.hooks.rules.retrying import CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS


class Unsent(Exception):
    """The message did not get there, or no answer came. The sentence is for the log page."""


@dataclass(frozen=True)
class Answer:
    status: int
    reason: str


def post(target: Target, *, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send one message and read the first line of the answer. Raises Unsent when there is none within the times."""
    connection = _Pinned(target, vetted(target))
    cut = Timer(WHOLE_SECONDS, connection.cut_off)
    cut.daemon = True
    cut.start()
    try:
        connection.connect()
        connection.request("POST", target.path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, answer.reason)
    except (OSError, http.client.HTTPException) as error:
        raise Unsent(_words(error)) from None
    finally:
        cut.cancel()
        connection.close()


def vetted(target: Target) -> list[str]:
    """The addresses of the host, looked up now. Raises Unsent when it has none, or one that is not public."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unsent("The name of the host is not known.") from None
    addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
    allowed = is_loopback if target.local else is_public
    if not addresses or not all(allowed(address) for address in addresses):
        raise Unsent("The host leads to an address that is not on the public internet.")
    return addresses


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at, under the name that the certificate must carry."""

    auto_open = 0  # a connection that broke is not opened again behind our back

    def __init__(self, target: Target, addresses: list[str]) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.target = target
        self.addresses = addresses
        if target.secure:
            self.default_port = 443

    def connect(self) -> None:
        self.sock = self._reached()
        if self.target.secure:
            context = ssl.create_default_context()
            # The handshake waits until `cut_off` can reach the socket.
            secured = context.wrap_socket(self.sock, server_hostname=self.target.host, do_handshake_on_connect=False)
            self.sock = secured
            secured.do_handshake()
        self.sock.settimeout(READ_SECONDS)

    def cut_off(self) -> None:
        """End a conversation that has taken too long, whatever it is waiting for."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def _reached(self) -> socket.socket:
        """The first of at most two addresses that takes the connection."""
        fault = OSError()
        for address in self.addresses[:2]:
            try:
                return socket.create_connection((address, self.port), timeout=CONNECT_SECONDS)
            except OSError as error:
                fault = error
        raise fault


def _words(error: Exception) -> str:
    """What went wrong, in our words only: an exception may quote what the other side said."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "The receiver’s certificate is not valid for this address."
    if isinstance(error, ssl.SSLError):
        return "No secure connection came about."
    if isinstance(error, TimeoutError):
        return "The receiver took too long."
    if isinstance(error, ConnectionRefusedError):
        return "The receiver refused the connection."
    return "The connection broke off before an answer came."
