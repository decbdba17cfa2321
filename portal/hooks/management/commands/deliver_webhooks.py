import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal import clock
from portal.hooks.actions import deliver


class Command(BaseCommand):
    help = "Send what is due to the webhooks of centres, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        tally = deliver(at=clock.now(), wall=clock.wall())
        words = "{delivered} delivered, {failed} to try again, {given_up} given up, {left} left due.".format(**tally)
        self.stdout.write(json.dumps(tally) if options["json"] else words)
