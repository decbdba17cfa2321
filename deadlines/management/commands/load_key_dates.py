"""Load the key dates from their data file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from deadlines.actions import load_key_dates
from portal import clock

DATA = Path(__file__).resolve().parents[2] / "data" / "key_dates.json"


class Command(BaseCommand):
    help = "Bring the key dates to what the data file says; loading twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = json.loads(DATA.read_text(encoding="utf-8"))["key_dates"]
        loaded = load_key_dates(rows=rows, at=clock.now())
        self.stdout.write(f"Key dates: {loaded.new} new, {loaded.superseded} changed, {loaded.unchanged} unchanged.")
