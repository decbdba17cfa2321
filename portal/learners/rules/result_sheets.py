"""The columns of the files that staff load results from."""

from portal.intake.rules.columns import Column

RESULTS, BOUNDARIES, AWARDS = "results", "boundaries", "awards"
TITLES = {RESULTS: "Component marks and grades", BOUNDARIES: "Grade boundaries", AWARDS: "Overall grades"}

_REGISTRATION = Column("registration", "Registration", ("registration number", "reg no"), "Such as R123453404")
_UNIT = Column("unit", "Unit", ("unit code", "component", "paper"), "The unit’s code, such as FIR-BUS-2")
_SERIES = Column("series", "Series", ("series code",), "Such as 2024-06")
_GRADE = Column("grade", "Grade", ("result",), "The grade’s code, such as M")

COLUMNS: dict[str, tuple[Column, ...]] = {
    RESULTS: (_REGISTRATION, _UNIT, _SERIES, Column("mark", "Mark", ("marks",), "A whole number, or empty"), _GRADE),
    BOUNDARIES: (
        _UNIT,
        _SERIES,
        Column("max_mark", "Highest mark", ("max mark", "out of"), "A whole number, the same in every row of a unit"),
        Column("sat_on", "Sat on", ("date",), "15/05/2024 or 2024-05-15, or empty"),
        _GRADE,
        Column("mark", "Lowest mark", ("boundary", "mark"), "The lowest mark for the grade"),
    ),
    AWARDS: (_REGISTRATION, _SERIES, _GRADE),
}
_NEEDS = {
    RESULTS: ("registration", "unit", "series", "grade"),
    BOUNDARIES: ("unit", "series", "max_mark", "grade", "mark"),
}


def needs(kind: str) -> tuple[tuple[str, ...], ...]:
    """Groups of columns of which a file must have one each."""
    return tuple((key,) for key in _NEEDS.get(kind, ("registration", "series", "grade")))


def heading(kind: str, key: str) -> str:
    return next(column.heading for column in COLUMNS[kind] if column.key == key)
