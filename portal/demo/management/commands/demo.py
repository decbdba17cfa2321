from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import clock
from portal.demo.actions import load_or_reset
from portal.demo.queries import cards, contents
from portal.errors import Refused


class Command(BaseCommand):
    help = "Load the demonstration into an empty database, or reset one that holds it already; then say what is in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="leave a demonstration that is there as it stands")

    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Set PORTAL_DEMO=1: the demonstration never goes into a real portal's database.")
        try:
            loaded = load_or_reset(at=clock.wall(), only_if_empty=if_empty)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        if loaded or not if_empty:
            self._tell()

    def _tell(self) -> None:
        for card in cards(on=clock.london_date(clock.now())):
            self.stdout.write(card.title)
            for person in card.people:
                self.stdout.write(f"  {person['email']:<32} {person['name']}, {', '.join(person['roles'])}")
        for row in contents():
            self.stdout.write(
                f"{row['number']} {row['name']}, series {row['series']}: "
                f"ready {row['ready']}, blocked {row['blocked']}, claimed {row['claimed']}, issued {row['issued']}"
            )
