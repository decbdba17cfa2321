"""Say when something is due, and why."""

import json
import sys
from io import TextIOWrapper
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from deadlines.queries import why_limit
from portal.errors import Refused


class Command(BaseCommand):
    help = "Count a limit from a start and show the working; --batch reads one JSON object a line."
    stealth_options = ("stdin",)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("limit", nargs="?", help="A limit key, such as appeal.lodge.results.")
        parser.add_argument("--from", dest="start", help="The start, such as 2024-08-22T16:30 (London time).")
        parser.add_argument("--nation", default="england", help="england, wales, scotland or northern-ireland.")
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print JSON.")
        parser.add_argument("--batch", action="store_true", help="Read lines of limit, from, nation; write one each.")

    def handle(self, *args: Any, batch: bool, as_json: bool, **options: Any) -> None:
        if batch:
            self._batch(options.get("stdin") or _standard_input())
            return
        if not options["limit"] or not options["start"]:
            raise CommandError("Give a limit and --from, such as: why romm.service_1 --from 2024-08-22T16:30")
        try:
            found = why_limit(limit=options["limit"], start=options["start"], nation=options["nation"])
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(json.dumps(found, ensure_ascii=False) if as_json else _in_words(found))

    def _batch(self, lines: TextIO) -> None:
        bad = 0
        for number, line in enumerate(lines, start=1):
            try:
                answer = why_limit(**_asked(line))
            except Refused as refusal:
                bad += 1
                answer = {"line": number, "error": refusal.message}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if bad:
            raise CommandError(f"{bad} of the lines could not be counted: each says why in its place.")


def _standard_input() -> TextIO:
    """Bytes that are no text are refused in the line where they stand; they do not end the reading."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")
    return sys.stdin


def _asked(line: str) -> dict[str, str]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        raise Refused("This line is not JSON.") from None
    if not isinstance(asked, dict):
        raise Refused("This line is not a JSON object.")
    values = {"limit": asked.get("limit"), "start": asked.get("from"), "nation": asked.get("nation", "england")}
    if not all(isinstance(value, str) for value in values.values()):
        raise Refused("This line needs limit and from, and may have nation, each as text.")
    if not all(_is_writable(value) for value in values.values()):
        raise Refused("This line holds characters that are not text.")
    return values


def _is_writable(value: str) -> bool:
    """Half of a surrogate pair is read from JSON without complaint, and cannot be written anywhere."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _in_words(found: dict[str, Any]) -> str:
    due = [f"Due on {found['due_on']}, until {found['due_at']}."]
    return "\n".join([*due, *found["steps"], f"Source: {found['source']}"])
