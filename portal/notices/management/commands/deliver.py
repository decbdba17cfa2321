import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal import clock
from portal.notices.actions import deliver


class Command(BaseCommand):
    help = "Send the mail that is waiting in the outbox, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")
        parser.add_argument("--limit", type=int, default=1000, help="mails to take at most (1000)")

    def handle(self, *args: Any, **options: Any) -> None:
        tally = deliver(at=clock.wall(), limit=options["limit"])
        words = "{sent} sent, {failed} failed, {unknown} in doubt, {left} left waiting.".format(**tally)
        self.stdout.write(json.dumps(tally) if options["json"] else words)
