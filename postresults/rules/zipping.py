"""A zip file made while it is sent, so that a whole component of scripts never stands in memory."""

from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

# PDF is compressed already. Equal scripts make equal files, so the date inside is the first that zip knows.
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


class _Pipe(RawIOBase):
    """What the zip writes, until it is taken away. It cannot seek, and says so."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._written.append(bytes(content))
        return len(content)

    def take(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        return taken


def zipped(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The pieces of a zip file, one for each (name, content) and a last one with its table."""
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_STORED) as archive:  # type: ignore[call-overload]
        for name, content in files:
            archive.writestr(ZipInfo(name, date_time=_FIRST_DAY), content)
            yield pipe.take()
    yield pipe.take()
