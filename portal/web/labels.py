from enum import Enum
from typing import Self


class Labelled(Enum):
    """An enum whose members carry the words shown to people."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = object.__new__(cls)
        member._value_ = value
        member.label = label
        return member
