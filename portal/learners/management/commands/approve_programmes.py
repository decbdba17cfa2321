from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import clock
from portal.catalogue.models import Qualification
from portal.centres.models import Centre
from portal.learners.actions import approve_programmes


class Command(BaseCommand):
    help = "Approve a centre to run qualifications. Claims wait until standards verification releases each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("centre", help="five digits")
        parser.add_argument("codes", nargs="+", metavar="CODE", help="qualification codes, such as NAT-BUS-EC")

    def handle(self, *args: Any, **options: Any) -> None:
        centre = Centre.objects.filter(number=options["centre"]).first()
        if centre is None:
            raise CommandError(f"There is no centre {options['centre']}.")
        found = list(Qualification.objects.filter(code__in=options["codes"]))
        unknown = sorted(set(options["codes"]) - {row.code for row in found})
        if unknown:
            raise CommandError(f"No qualification has the code {', '.join(unknown)}. Nothing was approved.")
        for programme in approve_programmes(centre=centre, qualifications=found, by=None, at=clock.now()):
            self.stdout.write(f"{centre.number} runs {programme.qualification}.")
