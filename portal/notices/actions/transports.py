"""The only code that opens a mail server, or the folder that stands in for one."""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP as SMTP_LINES
from pathlib import Path
from typing import Any, Protocol

CONNECT_SECONDS = 10
ANSWER_SECONDS = 30


class Unsent(Exception):
    """The mail was certainly not taken."""


class TryLater(Unsent):
    """Not taken this time: a temporary refusal, or the conversation broke off before the mail was handed over."""


class Refusal(Unsent):
    """Refused for good."""


class Doubtful(Exception):
    """Handed over, and no answer came: nobody can say whether it was taken."""


class NotOpen(Exception):
    """There is no server to talk to, so no mail was touched."""


class Transport(Protocol):
    encoding: str

    def send(self, message: EmailMessage, *, name: str) -> None:
        """Hand over one mail, or raise Unsent or Doubtful. `name` is the same for every attempt at it."""


class Folder:
    """One .eml file a mail; a written file counts as sent. Writing it again replaces it."""

    encoding = "8bit"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, *, name: str) -> None:
        unfinished = self.folder / f".{name}.part"
        try:
            unfinished.write_bytes(message.as_bytes(policy=SMTP_LINES))
            unfinished.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise TryLater(str(error)) from error


class Server:
    """One SMTP connection for a whole batch, opened again when the other side closes it."""

    encoding = "quoted-printable"

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.smtp = self._opened()

    def send(self, message: EmailMessage, *, name: str) -> None:
        if self.smtp.sock is None:
            self.smtp = self._opened()
        try:
            self._converse(message)
        except Unsent:
            self._start_afresh()
            raise
        except Doubtful:
            self.smtp.close()
            raise
        except (OSError, smtplib.SMTPException) as error:
            self.smtp.close()
            raise TryLater(str(error)) from error

    def close(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.smtp.quit()

    def _converse(self, message: EmailMessage) -> None:
        payload = re.sub(rb"(?m)^\.", b"..", message.as_bytes(policy=SMTP_LINES))
        self.smtp.ehlo_or_helo_if_needed()
        self._expect(250, *self.smtp.mail(message["From"].addresses[0].addr_spec))
        self._expect(250, *self.smtp.rcpt(message["To"].addresses[0].addr_spec))
        self._expect(354, *self.smtp.docmd("DATA"))
        # Up to the lone full stop the server cannot have taken the mail; from there on only its answer tells.
        self.smtp.send(payload if payload.endswith(b"\r\n") else payload + b"\r\n")
        self._expect(250, *self._after_full_stop())

    def _after_full_stop(self) -> tuple[int, bytes]:
        try:
            self.smtp.send(b".\r\n")
            return self.smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Doubtful(f"No answer after the mail was handed over: {error}") from error

    def _expect(self, wanted: int, code: int, words: bytes) -> None:
        if code // 10 == wanted // 10:
            return
        answer = f"{code} {words.decode(errors='replace')}"
        raise (Refusal if 500 <= code <= 599 else TryLater)(answer)

    def _start_afresh(self) -> None:
        try:
            self.smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.smtp.close()

    def _opened(self) -> smtplib.SMTP:
        try:
            return self._greeted()
        except (OSError, smtplib.SMTPException) as error:
            raise NotOpen(str(error)) from error

    def _greeted(self) -> smtplib.SMTP:
        host, port = str(self.settings["host"]), int(self.settings["port"])
        secure = ssl.create_default_context()
        smtp = (
            smtplib.SMTP_SSL(host, port, timeout=CONNECT_SECONDS, context=secure)
            if self.settings["use_ssl"]
            else smtplib.SMTP(host, port, timeout=CONNECT_SECONDS)
        )
        assert smtp.sock is not None
        smtp.sock.settimeout(ANSWER_SECONDS)
        # The full stop goes by itself, and must not wait until the other side has acknowledged what came before it.
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        smtp.ehlo()
        if not self.settings["use_ssl"] and smtp.has_extn("starttls"):
            smtp.starttls(context=secure)
            smtp.ehlo()
        if self.settings["username"]:
            self._sign_in(smtp, host)
        return smtp

    def _sign_in(self, smtp: smtplib.SMTP, host: str) -> None:
        if not isinstance(smtp.sock, ssl.SSLSocket) and host not in ("localhost", "127.0.0.1", "::1"):
            raise smtplib.SMTPException("The mail server offers no encryption, so the password was not sent.")
        smtp.login(str(self.settings["username"]), str(self.settings["password"]))


@contextmanager
def opened(transport: dict[str, Any]) -> Iterator[Transport]:
    """One transport for a batch, from the MAIL_TRANSPORT setting. Raises NotOpen when nothing answers."""
    if transport["kind"] == "file":
        folder = Path(transport["folder"])
        folder.mkdir(parents=True, exist_ok=True)
        yield Folder(folder)
        return
    server = Server(transport)
    try:
        yield server
    finally:
        server.close()
