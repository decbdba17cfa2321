"""What a password may not be, beyond Django's own length and common list."""

from typing import Any

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

from portal.accounts.rules import context_fault, words_of

# zxcvbn's time grows fast with length; a passphrase is strong long before this.
LONGEST_MEASURED = 100
STRONG = 3


def words_about(user: Any) -> frozenset[str]:
    """The words of a person's name, address and (where the caller knows them: `context_words`) centres."""
    if user is None:
        return frozenset()
    return words_of(user.name, user.email, *getattr(user, "context_words", ()))


class ContextWords:
    """Refuses the words that a stranger would try first: the trade, the person, the centre, the season."""

    def validate(self, password: str, user: Any = None) -> None:
        fault = context_fault(password, about=words_about(user))
        if fault:
            raise ValidationError(
                f"Leave out “{fault}”: names, exam boards and dates are guessed first.", code="context"
            )

    def get_help_text(self) -> str:
        return "Leave out your name, your centre, exam boards, and seasons with a year."


class Strength:
    """Refuses what zxcvbn rates below 3 of 4 (fewer than about a hundred million guesses)."""

    def validate(self, password: str, user: Any = None) -> None:
        about = sorted(words_about(user))
        if zxcvbn(password[:LONGEST_MEASURED], user_inputs=about, max_length=LONGEST_MEASURED)["score"] < STRONG:
            raise ValidationError(
                "This password is easy to guess. Three or four words that do not belong together work well.",
                code="weak",
            )

    def get_help_text(self) -> str:
        return "Three or four words that do not belong together work well. Spaces are welcome."
