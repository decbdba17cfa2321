"""Who may do what in a case, how references read and what a move is: no database, no clock."""

from portal.casework.rules.parts import BARRED_BY, Part, bars, can_take, check_uninvolved
from portal.casework.rules.references import reference

__all__ = ["BARRED_BY", "Part", "bars", "can_take", "check_uninvolved", "reference"]
