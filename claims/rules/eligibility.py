"""Whether a learner can be claimed for, told as needs and haves, and as reasons with a way to put each right."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from claims.rules.points import POINTS_PER_TEN_HOURS, overall_grade, unit_points
from portal.web.words import listed

# Why a registration is blocked. The code decides where its fix link leads.
UNIT_GRADE_MISSING = "unit_grade_missing"
UNITS_INELIGIBLE = "units_ineligible"
ENTRY_MISSING = "entry_missing"
NOT_RELEASED = "not_released"
CLAIM_REFUSED = "claim_refused"

INTERNAL = "internal"
CASH_IN = "cash_in"


@dataclass(frozen=True)
class UnitLine:
    """One unit of the qualification as this learner stands on it.

    `chosen`: in the learner's set. `grade`: reported by the centre or issued to the learner, or "".
    `entered`: entered for it in the series of the claim.
    """

    number: str
    title: str
    kind: str
    guided_hours: int
    mandatory: bool
    terminal: bool
    chosen: bool
    grade: str = ""
    uploaded_grade: str = ""
    entered: bool = False

    @property
    def internal(self) -> bool:
        return self.kind == INTERNAL

    @property
    def pending(self) -> bool:
        """Its outcome comes with the results of this series."""
        return not self.internal and self.entered and (self.terminal or not self.grade)

    @property
    def done(self) -> bool:
        """Nothing more is wanted of the centre for this unit."""
        return self.pending if self.terminal and not self.internal else bool(self.grade) or self.pending

    @property
    def passed(self) -> bool:
        """Good enough for a mandatory unit: a pass, or a near pass where the unit is externally assessed."""
        return self.grade not in ("U", "N") if self.internal else self.grade != "U"


@dataclass(frozen=True)
class Rule:
    """What the qualification needs, in guided learning hours and points. No thresholds: the grade comes later."""

    total_hours: int
    pass_hours: int
    thresholds: Mapping[str, int]
    source: str


@dataclass(frozen=True)
class Position:
    """Everything that decides whether one registration can be claimed for."""

    claim_kind: str
    rule: Rule
    lines: tuple[UnitLine, ...]
    released: bool
    refusal: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a learner is blocked, in words for the exams officer. `unit` is the unit's number where one is at fault."""

    code: str
    message: str
    unit: str = ""


@dataclass(frozen=True)
class Need:
    """One line of the have/need table."""

    what: str
    needs: str
    has: str
    met: bool


@dataclass(frozen=True)
class Finding:
    """The outcome of the evaluation. `grade` is "" while it cannot be known."""

    needs: tuple[Need, ...]
    reasons: tuple[Reason, ...]
    grade: str
    points: int | None
    uploaded_grade: str
    uploaded_points: int | None
    units_done: int
    units_needed: int

    @property
    def eligible(self) -> bool:
        return not self.reasons


@dataclass
class _Findings:
    needs: list[Need] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    def add(self, need: Need, *reasons: Reason) -> None:
        self.needs.append(need)
        self.reasons.extend(reasons)


def evaluate(position: Position) -> Finding:
    """Hold one registration against its award rule.

    Order of reasons: what the centre can put right with one act first (a grade, an entry), then the set of
    units, then what waits for others (standards verification), then an earlier refusal.
    """
    chosen = tuple(line for line in position.lines if line.chosen)
    found = _Findings()
    _check_grades(found, chosen)
    _check_entries(found, chosen)
    _check_set(found, position)
    points = _points(position, chosen, uploaded=False)
    _check_points(found, position.rule, points)
    _check_release(found, position)
    if position.refusal:
        found.reasons.append(Reason(CLAIM_REFUSED, f"The last claim was refused: {position.refusal}"))
    uploaded = _points(position, chosen, uploaded=True)
    return Finding(
        needs=tuple(found.needs),
        reasons=tuple(found.reasons),
        grade=_grade(position.rule, points),
        points=points,
        uploaded_grade=_grade(position.rule, uploaded),
        uploaded_points=uploaded,
        units_done=sum(line.done for line in chosen),
        units_needed=sum(line.chosen or line.mandatory for line in position.lines),
    )


def _units(lines: list[UnitLine]) -> str:
    """ "Unit 5", or "Units 5, 7 and 8"."""
    numbers = [line.number for line in lines]
    return f"Unit{'' if len(numbers) == 1 else 's'} {listed(numbers)}"


def _check_grades(found: _Findings, chosen: tuple[UnitLine, ...]) -> None:
    internal = [line for line in chosen if line.internal]
    missing = [line for line in internal if not line.grade]
    has = str(len(internal) - len(missing))
    found.add(
        Need(
            "Unit grades from your centre",
            str(len(internal)),
            f"{has}; {_units(missing)} missing" if missing else has,
            not missing,
        ),
        *(Reason(UNIT_GRADE_MISSING, f"Unit {line.number} has no grade", line.number) for line in missing),
    )


def _check_entries(found: _Findings, chosen: tuple[UnitLine, ...]) -> None:
    external = [line for line in chosen if not line.internal]
    if not external:
        return
    missing = [line for line in external if not line.done]
    has = str(len(external) - len(missing))
    found.add(
        Need(
            "Results or entries for external units",
            str(len(external)),
            f"{has}; no entry for {_units(missing)}" if missing else has,
            not missing,
        ),
        *(Reason(ENTRY_MISSING, _no_entry(line), line.number) for line in missing),
    )


def _no_entry(line: UnitLine) -> str:
    """The terminal rule: the last external assessment is taken in the series that certificates."""
    if line.terminal:
        return f"No entry for Unit {line.number}, the terminal component, in this series"
    return f"Unit {line.number} has no result and no entry in this series"


def _check_set(found: _Findings, position: Position) -> None:
    _check_mandatory(found, position)
    _check_hours(found, position)
    _check_pass_hours(found, position)


def _check_hours(found: _Findings, position: Position) -> None:
    """A missing mandatory unit explains missing hours by itself, so the hours are then no second reason."""
    hours = sum(line.guided_hours for line in position.lines if line.chosen)
    short = position.rule.total_hours - hours
    complete = all(line.chosen for line in position.lines if line.mandatory)
    found.add(
        Need("Guided learning hours in the set", str(position.rule.total_hours), str(hours), short <= 0),
        *(
            [Reason(UNITS_INELIGIBLE, f"Set of units is {short} guided learning hours short")]
            if short > 0 and complete
            else []
        ),
    )


def _check_mandatory(found: _Findings, position: Position) -> None:
    mandatory = [line for line in position.lines if line.mandatory]
    if not mandatory:
        return
    absent = [line for line in mandatory if not line.chosen]
    failed = [line for line in mandatory if line.chosen and line.grade and not line.passed]
    has = str(len(mandatory) - len(absent) - len(failed))
    words = [has]
    if absent:
        words.append(f"{_units(absent)} not in the set")
    if failed:
        words.append(f"{_units(failed)} not passed")
    found.add(
        Need("Mandatory units", str(len(mandatory)), "; ".join(words), not absent and not failed),
        *([Reason(UNITS_INELIGIBLE, f"Set of units is not eligible: {_units(absent)} missing")] if absent else []),
        *([Reason(UNITS_INELIGIBLE, f"{_units(failed)} mandatory and not passed")] if failed else []),
    )


def _check_pass_hours(found: _Findings, position: Position) -> None:
    """Counts a unit whose result is still to come as passed: nobody can know better before results day."""
    if not position.rule.pass_hours:
        return
    hours = sum(
        line.guided_hours
        for line in position.lines
        if line.chosen and (line.pending or not line.grade or line.grade not in ("U", "N"))
    )
    met = hours >= position.rule.pass_hours
    found.add(
        Need("Guided learning hours at pass or above", str(position.rule.pass_hours), str(hours), met),
        *([] if met else [Reason(UNITS_INELIGIBLE, f"{hours} guided learning hours at pass or above, too few")]),
    )


def _points(position: Position, chosen: tuple[UnitLine, ...], *, uploaded: bool) -> int | None:
    """Points of the set, or None while a grade is missing, pending or outside the points table."""
    if not position.rule.thresholds or not chosen:
        return None
    total = 0
    for line in chosen:
        grade = (line.uploaded_grade or line.grade) if uploaded else line.grade
        if grade not in POINTS_PER_TEN_HOURS or line.pending:
            return None
        total += unit_points(grade=grade, guided_hours=line.guided_hours)
    return total


def _grade(rule: Rule, points: int | None) -> str:
    return "" if points is None else overall_grade(points=points, thresholds=rule.thresholds) or ""


def _check_points(found: _Findings, rule: Rule, points: int | None) -> None:
    if points is None:
        return
    lowest, least = min(rule.thresholds.items(), key=lambda item: item[1])
    met = points >= least
    found.add(
        Need(f"Points for at least {lowest}", str(least), str(points), met),
        *([] if met else [Reason(UNITS_INELIGIBLE, f"{points} points, and {lowest} needs {least}")]),
    )


def _check_release(found: _Findings, position: Position) -> None:
    """Tech Awards are moderated, not standards verified, so a cash-in never waits for a release."""
    if position.claim_kind == CASH_IN:
        return
    has = "Yes" if position.released else "Not yet"
    found.add(
        Need("Released by standards verification", "Yes", has, position.released),
        *([] if position.released else [Reason(NOT_RELEASED, "Programme not yet released by standards verification")]),
    )
