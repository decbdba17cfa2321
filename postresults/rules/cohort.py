"""Each candidate against the cohort: which results are unlike the candidate's other ones.

The sum. A mark of a component is standardised within its cohort, the candidates of the centre with a mark for the same
component and series: z = (mark - mean) / standard deviation (of the whole cohort, not of a sample). The candidate's
other components are standardised in the same way and averaged. The distance is z here minus that average: -2.0 says
"two standard deviations lower here than elsewhere", whatever the papers' highest marks are.

Two guards. A cohort of fewer than ten marks, or one in which all marks are equal, standardises nothing: with few
candidates a single mark moves the mean. And a distance is no finding about marking: it says where to look first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

SMALLEST_COHORT = 10
UNEXPECTED = 1.5  # standard deviations between a candidate's component and their others
OUTLIER = 2.0  # standard deviations between a mark and the cohort's mean

Component = tuple[int, str]  # unit, series


@dataclass(frozen=True)
class Comparison:
    """A candidate's mark in its cohort. None: the cohort is too small, or there is nothing to compare with."""

    z: float | None
    others: int
    distance: float | None

    @property
    def outlier(self) -> bool:
        return self.z is not None and abs(self.z) >= OUTLIER

    @property
    def unexpected(self) -> bool:
        return self.distance is not None and abs(self.distance) >= UNEXPECTED

    @property
    def words(self) -> str:
        """ "1.8 lower than elsewhere", in standard deviations."""
        if self.distance is None:
            return "No other component"
        if abs(self.distance) < 0.05:
            return "As elsewhere"
        return f"{abs(self.distance):.1f} {'lower' if self.distance < 0 else 'higher'} than elsewhere"

    @property
    def outlier_words(self) -> str:
        if not self.outlier or self.z is None:
            return ""
        return f"Far {'below' if self.z < 0 else 'above'} the cohort’s average"

    @property
    def order(self) -> float:
        """Lower than elsewhere first; without a distance last."""
        return self.distance if self.distance is not None else float("inf")


def standardised(marks: Mapping[int, int]) -> dict[int, float]:
    """Candidate → z, or nothing when the cohort is too small or all of its marks are equal."""
    if len(marks) < SMALLEST_COHORT:
        return {}
    mean, spread = fmean(marks.values()), pstdev(marks.values())
    return {candidate: (mark - mean) / spread for candidate, mark in marks.items()} if spread else {}


def compare(component: Component, cohorts: Mapping[Component, Mapping[int, int]]) -> dict[int, Comparison]:
    """Candidate → how the component stands against the cohort and against the candidate's other components."""
    own = standardised(cohorts[component])
    elsewhere = [standardised(marks) for other, marks in cohorts.items() if other != component]
    return {
        candidate: _comparison(own.get(candidate), [zs[candidate] for zs in elsewhere if candidate in zs])
        for candidate in cohorts[component]
    }


def _comparison(z: float | None, others: Sequence[float]) -> Comparison:
    return Comparison(z, len(others), z - fmean(others) if z is not None and others else None)


def guard_words(candidates: int) -> str:
    """Why nothing is compared, or nothing when the cohort is large enough."""
    if candidates >= SMALLEST_COHORT:
        return ""
    return f"With fewer than {SMALLEST_COHORT} candidates, results are not compared: one mark would move the average."
