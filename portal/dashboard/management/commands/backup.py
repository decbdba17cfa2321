import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import clock
from portal.dashboard.actions import back_up
from portal.errors import Refused


class Command(BaseCommand):
    help = "Copy the database into a folder, with a manifest of what must be in it. Prints JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            made = back_up(folder=folder, at=clock.wall())
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        told = {name: made[name] for name in ("path", "made_at", "bytes", "sha256", "heads")}
        self.stdout.write(json.dumps({**told, "tables": len(made["tables"]), "rows": sum(made["tables"].values())}))
