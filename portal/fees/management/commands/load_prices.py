import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal import clock
from portal.fees.actions import load_prices

DATA = Path(__file__).resolve().parents[2] / "data" / "prices.json"


class Command(BaseCommand):
    help = "Loads the prices of the data file that are not there yet; safe to run again."

    def handle(self, **options: Any) -> None:
        rows = json.loads(DATA.read_text())["prices"]
        self.stdout.write(f"{load_prices(rows=rows, at=clock.now())} new.")
