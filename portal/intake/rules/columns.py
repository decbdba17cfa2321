"""A column of a sheet."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """`key` names the value in code, `heading` on pages; a file may use any of the synonyms."""

    key: str
    heading: str
    synonyms: tuple[str, ...] = ()
    hint: str = ""
