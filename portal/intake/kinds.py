"""The sheets that can be uploaded. Apps register theirs from `AppConfig.ready()`.

A sheet says which columns it knows, what each row would do (`plan`), and does it (`commit`); the reading, the preview
and the commit are the same for all.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from portal.intake.rules.columns import Column

NEW, CHANGED, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"


@dataclass(frozen=True)
class Row:
    """One row of the file: every column of the sheet, tidied, "" where the file has none."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class CellFault:
    """Why a row is refused. `key` is the column's key, `use` the value that was probably meant, where there is one."""

    key: str
    column: str
    value: str
    reason: str
    fix: str
    use: str = ""


@dataclass(frozen=True)
class Change:
    """A stored value that the row would replace, both in words."""

    column: str
    old: str
    new: str


@dataclass
class Planned:
    """What one row would do. `key` says what it is about, so that two rows about one thing are seen; `about` in words.

    `values` is what `commit` needs, as JSON. A row with faults is refused, whatever the rest says.
    """

    key: str = ""
    about: str = ""
    is_new: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        if self.faults:
            return REFUSED
        if self.is_new:
            return NEW
        return CHANGED if self.changes else UNCHANGED

    def stored(self) -> dict[str, Any]:
        """The fields of a staged row."""
        return {
            "about": self.about[:200],
            "outcome": self.outcome,
            "values": {} if self.faults else self.values,
            "changes": [asdict(change) for change in self.changes],
            "faults": [asdict(fault) for fault in self.faults],
        }


class Plan(Protocol):
    def __call__(self, *, centre: Any, rows: Sequence[Row], at: datetime) -> list[Planned]:
        """What each row would do, in the order of the rows. A fixed number of queries, however many rows."""


class Commit(Protocol):
    def __call__(self, *, upload: Any, values: Sequence[dict[str, Any]], by: Any, at: datetime) -> None:
        """Do what the good rows say, inside the caller's transaction."""


@dataclass(frozen=True)
class Sheet:
    """A kind of file. `needs` are groups of column keys of which the file must have at least one each.

    `url_name` is the page on which a file is chosen, such as "claims:upload"; the others' names begin with it.
    `lock(*, centre)` takes the rows that the plan reads, so that the plan still holds when it is carried out.
    `declaration` says what is confirmed by committing that many new rows; it is ticked or nothing is committed.
    """

    key: str
    title: str
    noun: str
    says: str
    url_name: str
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...]
    plan: Plan
    commit: Commit
    lock: Callable[..., None] | None = None
    declaration: Callable[[int], str] | None = None

    def heading(self, key: str) -> str:
        return next(column.heading for column in self.columns if column.key == key)

    def need(self, key: str) -> str:
        """Whether a file must have the column: "Yes", "Yes, or Name", or "No"."""
        groups = [group for group in self.needs if key in group]
        others = [" or ".join(self.heading(other) for other in group if other != key) for group in groups]
        if not groups:
            return "No"
        return f"Yes, or {' and '.join(others)}" if all(others) else "Yes"

    def fault(self, key: str, value: str, reason: str, fix: str, use: str = "") -> CellFault:
        return CellFault(key, self.heading(key), value, reason, fix, use)


_SHEETS: dict[str, Sheet] = {}


def register(sheet: Sheet) -> None:
    if _SHEETS.setdefault(sheet.key, sheet) != sheet:
        raise ValueError(f"The sheet {sheet.key} is registered twice.")


def sheet(key: str) -> Sheet:
    return _SHEETS[key]


def sheets() -> list[Sheet]:
    return list(_SHEETS.values())
