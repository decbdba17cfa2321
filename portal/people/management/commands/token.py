"""A token for a program, from the command line."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import Http404

from portal import clock
from portal.accounts.models import User
from portal.centres.access import actor_for
from portal.errors import Refused
from portal.people.actions import make_token
from portal.people.queries import free_token_name
from portal.people.rules import SCOPES


class Command(BaseCommand):
    help = "Make an API token in the name of a person at a centre. It is shown once, alone on the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--centre", required=True)
        parser.add_argument("--scope", nargs="+", action="extend", required=True, help=", ".join(SCOPES))
        parser.add_argument("--name", default="", help="Numbered when left out.")

    def handle(self, *, email: str, centre: str, scope: list[str], name: str, **options: Any) -> None:
        user = User.objects.filter(email=email.lower(), is_active=True).first()
        try:
            actor = actor_for(user=user, number=centre, at=clock.now())
            _, secret = make_token(
                centre=actor.centre,
                name=name or free_token_name(actor=actor, wanted="Made at the command line"),
                scopes=scope,
                capabilities=actor.capabilities,
                by=actor.user,
                at=actor.at,
            )
        except Http404:
            raise CommandError(f"{email} has no role at a centre {centre}.") from None
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(secret)
