from typing import Any

from django.core.management.base import BaseCommand

from portal import clock
from portal.catalogue.actions import load_catalogue


class Command(BaseCommand):
    help = "Loads qualifications, units, series and grade scales from the data files. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_catalogue(at=clock.now())
        self.stdout.write(f"{loaded.new} new, {loaded.changed} changed")
