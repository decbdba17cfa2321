"""A mail server that takes everything and writes down to whom: a process of its own, at no cost to the sender.

`python sink.py <port> <file>` appends “address message-id” for each mail before it answers.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

_ANSWERS = {b"EHLO": b"250 sink", b"HELO": b"250 sink", b"MAIL": b"250 OK", b"RCPT": b"250 OK", b"RSET": b"250 OK"}


class _Talk(asyncio.Protocol):
    def __init__(self, log: IO[str]) -> None:
        self.log, self.waiting, self.to, self.in_data = log, b"", "", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(b"220 sink\r\n")  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while self._step():
            pass

    def _step(self) -> bool:
        ending = b"\r\n.\r\n" if self.in_data else b"\r\n"
        found, ended, rest = self.waiting.partition(ending)
        if ended:
            self.waiting = rest
            (self._take if self.in_data else self._answer)(found)
        return bool(ended)

    def _answer(self, line: bytes) -> None:
        word = line[:4].upper()
        if word == b"RCPT":
            self.to = line.partition(b"<")[2].partition(b">")[0].decode()
        self.in_data = word == b"DATA"
        self.transport.write(_ANSWERS.get(word, b"354 Go on" if self.in_data else b"221 Bye") + b"\r\n")
        if word == b"QUIT":
            self.transport.close()

    def _take(self, mail: bytes) -> None:
        head = mail.partition(b"\r\n\r\n")[0].decode().splitlines()
        named = next((line for line in head if line.lower().startswith("message-id:")), "-")
        self.log.write(f"{self.to} {named.partition(' ')[2]}\n")
        self.log.flush()
        self.in_data = False
        self.transport.write(b"250 Taken\r\n")


async def _serve(port: int, path: Path) -> None:
    with path.open("a") as log:
        server = await asyncio.get_running_loop().create_server(lambda: _Talk(log), "127.0.0.1", port)
        print("ready", flush=True)
        await server.serve_forever()


class Sink:
    """The server as its callers see it."""

    def __init__(self, port: int, path: Path) -> None:
        self.port, self.path = port, path

    def taken(self) -> list[str]:
        """“address message-id” of every mail so far, in order."""
        return self.path.read_text().splitlines()

    def empty(self) -> None:
        self.path.write_text("")


@contextmanager
def serving(port: int) -> Iterator[Sink]:
    """A sink on a port, until the block ends."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "taken"
        path.touch()
        process = subprocess.Popen([sys.executable, __file__, str(port), str(path)], stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
            yield Sink(port, path)
        finally:
            process.kill()
            process.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
