"""Whether a set of units comes to the size of the award."""

from dataclasses import dataclass

from portal.web.words import count


@dataclass(frozen=True)
class HoursCheck:
    """Guided learning hours of a set against what the award needs. `words` says what is missing, or that none is."""

    has: int
    needs: int

    @property
    def met(self) -> bool:
        return self.has == self.needs

    @property
    def words(self) -> str:
        if self.needs == 0:
            return f"{count(self.has, 'guided learning hour')}. This award has no stated size."
        if self.met:
            return f"{self.has} of {self.needs} guided learning hours: the set is complete."
        if self.has < self.needs:
            return f"{self.has} of {self.needs} guided learning hours: {self.needs - self.has} more are needed."
        return f"{self.has} guided learning hours, {self.has - self.needs} too many: the award needs {self.needs}."


def hours_check(*, has: int, needs: int) -> HoursCheck:
    """Compare guided learning hours. `needs` is 0 where the award has no stated size."""
    return HoursCheck(has=has, needs=needs)
