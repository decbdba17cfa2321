from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from claims.rules.diagram import state_page
from portal.casework.kinds import kinds
from portal.casework.queries.diagram import state_page as kind_page


class Command(BaseCommand):
    help = "Write docs/states/ for claims and every kind of case, or with --check say whether it is up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "docs" / "states"
        pages = {"claim": state_page(), **{kind.key: kind_page(kind) for kind in kinds()}}
        for name, text in pages.items():
            path = folder / f"{name}.md"
            if options["check"]:
                if not path.exists() or path.read_text() != text:
                    raise CommandError(f"{path.name} is out of date: run manage.py generate_states.")
            else:
                folder.mkdir(exist_ok=True)
                path.write_text(text)
                self.stdout.write(f"Wrote {path.relative_to(settings.BASE_DIR)}.")
