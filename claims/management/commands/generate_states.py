from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from claims.rules.diagram import state_page


class Command(BaseCommand):
    help = "Write docs/states/claim.md, or with --check say whether it is up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "states" / "claim.md"
        if options["check"]:
            if not path.exists() or path.read_text() != state_page():
                raise CommandError(f"{path.name} is out of date: run manage.py generate_states.")
            return
        path.parent.mkdir(exist_ok=True)
        path.write_text(state_page())
        self.stdout.write(f"Wrote {path.relative_to(settings.BASE_DIR)}.")
