"""Who may look after a centre before the claims date."""

from portal.centres.rules import STAFF_CONTACT
from portal.errors import Refused


def check_may_look_after(*, name: str, capabilities: frozenset[str]) -> None:
    """Whoever looks after centres is in touch with them. Raises Refused."""
    if STAFF_CONTACT not in capabilities:
        raise Refused(f"{name} does not do this kind of work.", code="permission", field="to")


def objection(
    *, centre: str, suspended: bool, owner: str, is_theirs: bool, interested: bool, only_nobodys: bool, name: str
) -> str:
    """Why a centre is not given to somebody, in a sentence that names it; nothing when it can be."""
    if suspended:
        return f"{centre} is suspended."
    if interested:
        return f"{name} has an interest in {centre}."
    if is_theirs:
        return f"{name} looks after {centre} already."
    return f"{owner} looks after {centre}." if owner and only_nobodys else ""
