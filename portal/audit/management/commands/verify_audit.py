import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.audit.queries import verify


class Command(BaseCommand):
    help = "Recompute every audit chain and name the first bad row of each broken one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify()
        self.stdout.write(json.dumps(found) if options["json"] else _in_words(found))
        if found["broken"]:
            sys.exit(1)


def _in_words(found: dict[str, Any]) -> str:
    lines = [f"{found['entries']} entries in {found['chains']} chains, {len(found['broken'])} broken."]
    lines += [f"Chain {bad['chain']}, entry {bad['seq']}: {bad['fault']}." for bad in found["broken"]]
    return "\n".join(lines)
