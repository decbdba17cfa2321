import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.queries.export import tracker_document
from portal.catalogue.models import Series
from portal.centres.models import Centre


class Command(BaseCommand):
    help = "Where every learner of a centre stands, with reasons."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("centre")
        parser.add_argument("--series", required=True)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        centre = Centre.objects.filter(number=options["centre"]).first()
        series = Series.objects.filter(code=options["series"]).first()
        if centre is None or series is None:
            raise CommandError("There is no such centre or series.")
        document = tracker_document(centre=centre, series=series)
        if options["json"]:
            self.stdout.write(json.dumps(document, ensure_ascii=False))
            return
        self.stdout.write(
            ", ".join(f"{state} {document[state]}" for state in ("ready", "blocked", "claimed", "issued"))
        )
        for row in document["rows"]:
            reasons = "; ".join(reason["message"] for reason in row["reasons"])
            self.stdout.write(f"{row['candidate_number']} {row['state']} {row['grade']} {reasons}".rstrip())
