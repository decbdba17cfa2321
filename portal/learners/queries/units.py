"""Which unit of which learner a row of a file is about, and whether it fits into the learner's set."""

from collections import defaultdict

from portal.catalogue.models import AwardRule, Part, UnitKind
from portal.centres.models import Centre
from portal.intake.rules import plain
from portal.learners.models import UnitChoice
from portal.learners.queries.roll import Registered, Roll, registrations
from portal.learners.queries.sheets import Reader
from portal.learners.rules.sheets import unit_names

# Why a unit cannot be what the file is about, by the kind that it is about.
_WRONG = {
    UnitKind.INTERNAL: ("is assessed by us, not by your centre.", "Take this row out."),
    UnitKind.EXTERNAL: ("is assessed by your centre, so it has no entry.", "Report its grade instead."),
}


class UnitRoll(Roll):
    """Every registration of a centre with the units of its qualification and of its set. Five queries."""

    def __init__(self, centre: Centre) -> None:
        super().__init__(centre)
        self.parts: dict[int, dict[str, Part]] = defaultdict(dict)
        for part in Part.objects.filter(qualification__in=self.awards).select_related("unit").order_by("pk"):
            unit = part.unit
            for name in unit_names(code=unit.code, number=unit.number, noun=unit.noun, title=unit.title):
                self.parts[part.qualification_id].setdefault(name, part)
        # Units and hours of each set, with what earlier rows of the file add to it.
        self.sets: dict[int, dict[int, int]] = defaultdict(dict)
        choices = UnitChoice.objects.filter(registration__centre=centre)
        for registration, chosen, hours in choices.values_list("registration_id", "unit_id", "unit__guided_hours"):
            self.sets[registration][chosen] = hours
        rules = AwardRule.objects.filter(qualification__in=self.awards).order_by("in_force_from")
        self.hours = dict(rules.values_list("qualification_id", "total_hours"))


def named_unit(reader: Reader, known: UnitRoll, kind: UnitKind) -> tuple[Registered, Part] | None:
    """The one registration and unit that the row is about; a fault when there is none or more than one."""
    rows = registrations(reader, known)
    name = _name(reader) if rows else ""
    if not name:
        return None
    found = [(row, part) for row in rows if (part := known.parts[row.qualification].get(name)) is not None]
    if not found:
        titles = " or ".join(known.awards[row.qualification].title for row in rows)
        reader.fault("unit", f"There is no such unit in {titles}.", "Write the unit’s number or code.")
    elif len(found) > 1:
        reader.fault(
            "unit",
            "The learner has this unit on more than one programme.",
            "Add a column “Qualification” that says which.",
        )
    elif found[0][1].unit.kind != kind:
        unit, (reason, fix) = found[0][1].unit, _WRONG[kind]
        reader.fault("unit", f"{unit.noun} {unit.number} {reason}", fix)
    else:
        return found[0]
    return None


def _name(reader: Reader) -> str:
    words = reader.cell("unit")
    if not words:
        reader.fault("unit", "The unit is missing.", "Write its number or code.")
        return ""
    name = plain(words)
    return name.lstrip("0") or name


def take_into_set(reader: Reader, known: UnitRoll, registration: Registered, part: Part) -> None:
    """A row about an optional unit takes the unit into the set, as long as the set does not grow too large."""
    chosen = known.sets[registration.pk]
    if part.unit_id in chosen:
        return
    needed = known.hours.get(registration.qualification, 0)
    hours = sum(chosen.values()) + part.unit.guided_hours
    if needed and hours > needed:
        reader.fault(
            "unit",
            f"{part.unit.noun} {part.unit.number} is not in the learner’s set of units, and with it the set would come "
            f"to {hours} hours; the award needs {needed}.",
            "Change the learner’s set of units first, or take this row out.",
        )
    else:
        chosen[part.unit_id] = part.unit.guided_hours
