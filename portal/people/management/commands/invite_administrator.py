"""The first person of an empty portal: everybody else is invited from the pages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import clock
from portal.centres.rules import StaffRole
from portal.errors import Refused
from portal.people import actions


class Command(BaseCommand):
    help = "Invite an administrator by mail. The link works for 72 hours."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *, email: str, name: str, **options: Any) -> None:
        at = clock.now()
        try:
            actions.invite(
                centre=None,
                email=email,
                name=name,
                role=StaffRole.ADMIN,
                from_on=clock.london_date(at),
                by=None,
                at=at,
                wall=clock.wall(),
            )
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"The invitation to {email} is in the outbox.")
