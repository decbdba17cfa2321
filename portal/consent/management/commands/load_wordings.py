import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal import clock
from portal.consent.actions import load_wordings

DATA = Path(__file__).resolve().parents[2] / "data" / "wordings.json"


class Command(BaseCommand):
    help = "Loads the wordings of the data file that are not there yet; safe to run again."

    def handle(self, **options: Any) -> None:
        rows = json.loads(DATA.read_text())["wordings"]
        self.stdout.write(f"{load_wordings(rows=rows, at=clock.now())} new.")
