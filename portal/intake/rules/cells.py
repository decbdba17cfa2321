"""Cells as spreadsheets write them, read as people mean them."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from difflib import get_close_matches
from functools import lru_cache

_NEAR = 0.7
# Of a word that is longer than this many times a choice, less than `_NEAR` can be alike.
_STRETCH = 2
_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y")


# Units, grades and qualifications come back in every row of a file.
@lru_cache(maxsize=8192)
def tidy(cell: str) -> str:
    """A cell without spaces around it, a spreadsheet's `="0012"`, or the apostrophe that we put before formulas."""
    cell = re.sub(r"\s+", " ", cell.replace("\u00a0", " ").replace("\ufeff", "")).strip()
    if wrapped := re.fullmatch(r'="(.*)"', cell):
        cell = wrapped[1]
    return cell[1:] if re.match(r"'[=+\-@0-9]", cell) else cell


def read_date(cell: str) -> date | None:
    """A British or ISO date, with or without midnight; None where it cannot be read. Years have four digits."""
    bare = re.sub(r"[ T]00:00(:00)?$", "", cell)
    for form in _DATES:
        try:
            return datetime.strptime(bare, form).date()  # noqa: DTZ007  a date of birth has no zone
        except ValueError:
            continue
    return None


def nearest(word: str, choices: Iterable[str]) -> str:
    """The choice that looks most like the word, whatever its case; "" when none is near."""
    return _nearest(word.casefold(), frozenset(choices))


# Comparing is slow, and a misspelt value stands in many rows of a file.
@lru_cache(maxsize=8192)
def _nearest(word: str, choices: frozenset[str]) -> str:
    by_case = {choice.casefold(): choice for choice in sorted(choices)}
    if len(word) > _STRETCH * max(map(len, by_case), default=0):
        return ""
    near = get_close_matches(word, by_case, n=1, cutoff=_NEAR)
    return by_case[near[0]] if near else ""
