"""What the logs of a real portal hold: JSON, one object a line, in which no one is named.

A line keeps the words a programmer wrote and leaves out what was filled into them, unless that is a number. Of a fault
it keeps the kind and the places in the code, never the message: databases quote rows in theirs.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

OURS = ("portal", "claims", "postresults", "appeals", "malpractice", "deadlines")
# Servers that say plain sentences of their own. Anybody else's finished sentence may quote a visitor.
PLAIN_SPOKEN = ("celery", "gunicorn", "kombu")
# Words of ours that are codes, by the logger that fills them in.
CODES = {
    "portal.audit.tasks": frozenset({"chain", "seq", "fault"}),
    "celery.app.trace": frozenset({"name"}),
}
GAP = "…"
FRAMES = 12
_BLANK = re.compile(r"%(?:%|(?:\((?P<name>\w+)\))?[#0\- +]*\d*(?:\.\d+)?[a-zA-Z])")
# Should a sentence hold one after all: an address, the tail of a link, a long number such as a ULN.
_PERSONAL = re.compile(r"\S+@\S+|\?\S*=\S*|\d{8,}")
_HOUSE = Path(__file__).resolve().parents[2]

request_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonLines(logging.Formatter):
    """One JSON object a line. What a caller gives as `extra={"told": {…}}` is added as it is."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": words(record),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        line |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = _fault(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


class RefusalsAreNoFaults(logging.Filter):
    """A page that somebody may not see is a line, not a traceback: nothing in the code went wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", None) == 403:
            record.exc_info = record.exc_text = None
        return True


def words(record: logging.LogRecord) -> str:
    """The sentence as it stands in the source, with numbers and codes filled in and a gap for everything else."""
    sentence = str(record.msg)
    if record.args:
        sentence = _filled(sentence, record.args, CODES.get(record.name, frozenset()))
    elif record.name.split(".")[0] not in (*OURS, *PLAIN_SPOKEN):
        return GAP
    return _PERSONAL.sub(GAP, sentence)


def _filled(sentence: str, values: Any, codes: frozenset[str]) -> str:
    in_turn = iter(values if isinstance(values, tuple) else ())

    def fill(blank: re.Match[str]) -> str:
        if blank[0] == "%%":
            return "%"
        name = blank["name"]
        value = values.get(name) if name and isinstance(values, dict) else next(in_turn, None)
        return str(value) if name in codes or isinstance(value, int) else _kind(value)

    return _BLANK.sub(fill, sentence)


def _kind(value: Any) -> str:
    """Of a fault at least what it is."""
    return type(value).__name__ if isinstance(value, BaseException) else GAP


def _fault(error: BaseException) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": f"{type(error).__module__}.{type(error).__qualname__}"}
    told["at"] = _places(error.__traceback__)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        told["because"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
    return told


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _place(name: str) -> str:
    """A path without the folders above ours or above the libraries'."""
    path = Path(name)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return str(path.relative_to(_HOUSE)) if path.is_relative_to(_HOUSE) else path.name
