"""Write the table of bank holidays from the `holidays` package of the developer set."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from deadlines.rules.bank_holiday_source import NATIONS, bank_holiday_source

FIRST_YEAR, LAST_YEAR = 2023, 2035
TABLE = Path(__file__).resolve().parents[2] / "rules" / "bank_holidays.py"


def rows(*, first: int, last: int) -> Iterator[tuple[date, str, str]]:
    """(day, name, nation) of every public holiday. The package is a developer's tool: the portal never imports it."""
    import holidays

    for nation, code in NATIONS.items():
        listed = holidays.country_holidays("GB", subdiv=code, years=range(first, last + 1))
        for on in sorted(listed):
            yield on, listed[on], nation


def generated() -> str:
    return bank_holiday_source(rows=rows(first=FIRST_YEAR, last=LAST_YEAR), first=FIRST_YEAR, last=LAST_YEAR)


class Command(BaseCommand):
    help = "Write deadlines/rules/bank_holidays.py; with --check only say whether it is up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Exit 1 when the table differs.")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        text = generated()
        if not check:
            TABLE.write_text(text, encoding="utf-8")
        elif TABLE.read_text(encoding="utf-8") != text:
            raise CommandError("The table of bank holidays is out of date: run manage.py generate_bank_holidays.")
