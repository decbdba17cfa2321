"""What a reviewer may recommend, and what an outcome does to the fee."""

from portal.errors import Refused
from postresults.rules.services import Service
from postresults.rules.states import REASONS, REASONS_OF

NONE = "none"


def check_finding(*, service: Service, old_mark: int | None, new_mark: int | None, reason: str, comment: str) -> None:
    """A reason that the service allows, one that fits what the mark does, and a comment where it changes.

    Raises Refused with the field at fault. Source: reasons and comments are given for each component.
    """
    if reason not in REASONS:
        raise Refused("Choose what the review found.", code="required", field="reason")
    if reason not in REASONS_OF.get(service, ()):
        raise Refused(
            f"{service.label} does not judge the marking: it finds no error or an administrative one.",
            code="reason",
            field="reason",
        )
    changed = new_mark != old_mark
    if changed and reason == NONE:
        raise Refused("The mark changes, so say which error was found.", code="reason", field="reason")
    if changed and not comment.strip():
        raise Refused("The mark changes, so explain why. The centre reads it.", code="required", field="comment")


def fee_falls_away(*, has_overall: bool, overall_changes: bool, grade_changes: bool) -> bool:
    """Whether the fee of the whole review, all its components, falls away.

    It does when the overall grade changes; where a unit has no overall grade, when the unit's own does.
    Source: fees page of the awarding organisation, August 2017.
    """
    return overall_changes if has_overall else grade_changes
