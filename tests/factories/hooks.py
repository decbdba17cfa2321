"""Webhooks of a centre, and a real program that takes their messages.

with receiving() as receiver: hook, secret = hook_of(centre, receiver.url)
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any

from portal.centres.models import Centre
from portal.hooks.actions import emit, make_hook
from portal.hooks.models import Delivery, Hook
from portal.hooks.rules.events import OFFERED, EventKind
from tests.factories.people import MembershipFactory

AT = datetime(2024, 6, 28, 8, 42, tzinfo=UTC)
_numbers = count(1)
NOWHERE = "https://mis.northgate.example/exams"


def hook_of(centre: Centre, url: str = NOWHERE, *, events: Any = OFFERED, name: str = "") -> tuple[Hook, str]:
    """A webhook that is told of everything, made by somebody who may hear of it, and its secret."""
    name, maker = name or f"Our MIS {next(_numbers)}", MembershipFactory(centre=centre, role="quality").user
    return make_hook(centre=centre, name=name, url=url, events=[kind.value for kind in events], by=maker, at=AT)


def happened(centre: Centre, count: int = 1) -> list[Delivery]:
    """Claims were made, `count` times; the deliveries that this makes."""
    for number in range(count):
        emit(kind=EventKind.CLAIM_MADE, centre_id=centre.pk, data={"number": number}, at=AT)
    return list(Delivery.objects.filter(hook__centre=centre).order_by("-pk")[:count])[::-1]


@dataclass(frozen=True)
class Taken:
    """One message as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """A program on this machine. `answer(taken, request)` gives the status, or None when it has answered itself."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    answer: Callable[[Taken, BaseHTTPRequestHandler], int | None] = lambda taken, request: 204

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/exams?from=office"

    def ids(self) -> list[str]:
        return [message.headers["X-Exams-Office-Event-Id"] for message in self.taken]


@contextmanager
def receiving(wrap: Callable[[Any], Any] = lambda socket: socket) -> Iterator[Receiver]:
    """A real server in a thread; `wrap` may put TLS around its socket."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken = Taken(self.path, dict(self.headers), body)
            receiver.taken.append(taken)
            status = receiver.answer(taken, self)
            if status is not None:
                self.send_response(status)
                self.send_header("Location", receiver.url)
                self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            """Silence: the tests read `taken`."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *arguments: Any) -> None:
            """A sender that goes away half way is part of the story."""

    server = Server(("127.0.0.1", 0), Handler)
    server.socket = wrap(server.socket)
    receiver.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
