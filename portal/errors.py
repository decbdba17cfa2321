"""What the portal refuses, and why, in a sentence its reader can act on."""


class Refused(Exception):
    """An act that a rule does not allow. The message is shown to the user as it stands.

    `code` is for programs; `field` names the form field that is at fault, where there is one.
    """

    def __init__(self, message: str, *, code: str = "refused", field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field


class Stale(Refused):
    """Somebody else changed the row since the page was made. Carries both versions for the page that shows them."""

    def __init__(self, message: str, *, theirs: str = "", yours: str = "") -> None:
        super().__init__(message, code="stale")
        self.theirs = theirs
        self.yours = yours
