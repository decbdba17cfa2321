"""Write the plan of reminders for a day."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from deadlines.actions import plan_reminders
from deadlines.rules.calendar import instant_from
from portal import clock
from portal.errors import Refused


class Command(BaseCommand):
    help = "Plan the reminders whose turn it is; planning twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", help="Date and time, such as 2024-06-28T09:00+01:00; without an offset, London.")
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print the counts as JSON.")

    def handle(self, *args: Any, as_of: str | None, as_json: bool, **options: Any) -> None:
        try:
            at = instant_from(as_of) if as_of else clock.now()
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        plan = asdict(plan_reminders(as_of=at))
        if as_json:
            self.stdout.write(json.dumps(plan))
        else:
            self.stdout.write(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in plan.items()))
