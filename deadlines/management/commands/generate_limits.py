"""Write docs/limits.md."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from deadlines.rules.limits_page import limits_page

PAGE = Path(settings.BASE_DIR) / "docs" / "limits.md"


class Command(BaseCommand):
    help = "Write docs/limits.md; with --check only say whether it is up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Exit 1 when the page is stale.")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        text = limits_page()
        if not check:
            PAGE.write_text(text, encoding="utf-8")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            raise CommandError("docs/limits.md is out of date: run manage.py generate_limits.")
