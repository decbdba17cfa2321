import csv
from argparse import ArgumentParser
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal import clock
from portal.catalogue.models import Unit
from portal.errors import Refused
from portal.learners.actions import ResultLine, load_results
from portal.learners.models import Registration

HEADINGS = ["registration", "unit", "series", "grade"]


class Command(BaseCommand):
    help = "Load issued grades of externally assessed units from a CSV file. All of them, or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help=f"CSV in UTF-8 with the headings {', '.join(HEADINGS)}")

    def handle(self, *args: Any, **options: Any) -> None:
        with options["file"].open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if reader.fieldnames != HEADINGS:
                raise CommandError(f"The headings must be {', '.join(HEADINGS)}.")
            rows = list(reader)
        try:
            with transaction.atomic():
                new = sum(self._load(rows))
        except Refused as refusal:
            raise CommandError(f"{refusal.message} Nothing was loaded.") from None
        self.stdout.write(f"{new} results loaded, {len(rows) - new} stood already.")

    def _load(self, rows: list[dict[str, str]]) -> list[int]:
        at = clock.now()
        numbers = {row["registration"] for row in rows}
        found = {row.number: row for row in Registration.objects.filter(number__in=numbers).select_related("centre")}
        units = dict(Unit.objects.values_list("code", "pk"))
        by_centre = defaultdict(list)
        for line, row in enumerate(rows, start=2):
            registration, unit = found.get(row["registration"]), units.get(row["unit"])
            if registration is None or unit is None:
                what = "registration" if registration is None else "unit"
                raise Refused(f"Row {line}: there is no {what} {row[what]}.")
            by_centre[registration.centre].append(ResultLine(registration.pk, unit, row["series"], row["grade"], at))
        return [load_results(centre=centre, lines=lines, by=None, at=at) for centre, lines in by_centre.items()]
