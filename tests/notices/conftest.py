"""A real mail server for the delivery tests."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from tests.notices.sinks import Sink, free_port


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
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
