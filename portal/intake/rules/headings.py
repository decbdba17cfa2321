"""Which column of a file is which column of a sheet: by heading, in any order, with what is left over said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from portal.intake.rules.faults import Unreadable
from portal.web.words import listed

if TYPE_CHECKING:
    from portal.intake.rules.columns import Column

_MOST_NAMED = 12


@dataclass(frozen=True)
class HeadingMap:
    """`columns`: key of a column to its place in the file. `ignored`: headings that mean nothing to the sheet."""

    columns: dict[str, int]
    ignored: tuple[str, ...]


@lru_cache(maxsize=8192)
def plain(heading: str) -> str:
    """A heading without case, spaces and signs: "Candidate No." and "candidate_no" are one."""
    return re.sub(r"[^a-z0-9]", "", heading.casefold())


def known(headings: Sequence[str], columns: "Sequence[Column]") -> int:
    """How many headings belong to a column of the sheet."""
    names = {name for column in columns for name in _names(column)}
    return sum(plain(heading) in names for heading in headings)


def map_headings(
    headings: Sequence[str], *, columns: "Sequence[Column]", needs: Sequence[tuple[str, ...]]
) -> HeadingMap:
    """Find every column of the sheet among the headings. `needs` are groups of keys of which one must be there.

    Raises Unreadable with every fault at once: columns that are missing, and headings that mean the same.
    """
    by_name = {name: column for column in columns for name in _names(column)}
    places: dict[str, list[int]] = {}
    ignored = []
    for place, heading in enumerate(headings):
        column = by_name.get(plain(heading))
        if column:
            places.setdefault(column.key, []).append(place)
        else:
            ignored.append((place, heading))
    faults = [*_twice(headings, columns, places), *_missing(headings, columns, needs, places)]
    if faults:
        raise Unreadable(*faults)
    left_over = tuple(heading or f"column {place + 1}, which has no heading" for place, heading in ignored)
    return HeadingMap({key: found[0] for key, found in places.items()}, left_over)


def _names(column: "Column") -> list[str]:
    return [plain(name) for name in (column.heading, *column.synonyms)]


def _twice(headings: Sequence[str], columns: "Sequence[Column]", places: dict[str, list[int]]) -> list[str]:
    return [
        f"More than one column is read as “{column.heading}”: "
        f"{listed([f'“{headings[place]}”' for place in places[column.key]])}. Keep one and rename or remove the others."
        for column in columns
        if len(places.get(column.key, [])) > 1
    ]


def _missing(
    headings: Sequence[str],
    columns: "Sequence[Column]",
    needs: Sequence[tuple[str, ...]],
    places: dict[str, list[int]],
) -> list[str]:
    by_key = {column.key: column for column in columns}
    missing = [[by_key[key] for key in group] for group in needs if not any(key in places for key in group)]
    if not missing:
        return []
    taken = {place for found in places.values() for place in found}
    free = [heading for place, heading in enumerate(headings) if heading and place not in taken]
    faults = [_missing_words(group, free) for group in missing]
    named = listed([f"“{heading}”" for heading in headings if heading][:_MOST_NAMED])
    return [*faults, f"The first row of your file says: {named}. It must hold the headings."]


def _missing_words(group: "list[Column]", free: Sequence[str]) -> str:
    wanted = " or ".join(f"“{column.heading}”" for column in group)
    near = _nearest_heading(group, free)
    hint = f" Is it “{near}”? Then rename that heading to “{group[0].heading}”." if near else ""
    return f"There is no column {wanted}.{hint}"


def _nearest_heading(group: "list[Column]", free: Sequence[str]) -> str:
    by_plain = {plain(heading): heading for heading in free}
    for column in group:
        for name in _names(column):
            if near := get_close_matches(name, by_plain, n=1, cutoff=0.6):
                return by_plain[near[0]]
    return ""
