import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.dashboard.actions import drill
from portal.errors import Refused


class Command(BaseCommand):
    help = "Restore a backup beside the portal's database, hold it against its manifest, and drop it. Prints JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dump", type=Path)

    def handle(self, *, dump: Path, **options: Any) -> None:
        try:
            found = drill(dump=dump)
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(json.dumps(found))
        if not found["ok"]:
            sys.exit(1)
