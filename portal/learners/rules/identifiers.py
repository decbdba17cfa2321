"""Numbers of learners and qualifications, with the check characters that catch a slip of the pen.

`x_fault` says what is wrong and the likely fix, or None; `check_x` raises it as Refused; `is_x` is a bool.
"""

import re
from dataclasses import dataclass

from portal.errors import Refused

_UCI_CHECKS = "ABCDEFGHKLMRTVWXY"
_UCI_LETTERS = {
    **{letter: value for value, letter in enumerate("ABCDEFGHIJKLMNOP", start=1)},
    **{letter: value for value, letter in enumerate("QRSTUVW", start=10)},
    **{letter: value for value, letter in enumerate("XYZ", start=10)},
}
_UNKNOWN_ULN = "9999999999"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a value, and what to do. `use` is the value that was probably meant, where one is."""

    reason: str
    fix: str
    use: str = ""

    def refuse(self, field: str) -> None:
        raise Refused(f"{self.reason} {self.fix}", code="invalid", field=field)


# --- candidate number ---


def candidate_number_fault(number: str) -> Fault | None:
    """Four digits, 0001 to 9999; unique in a centre and series."""
    if re.fullmatch(r"[0-9]{4}", number) and number != "0000":
        return None
    if re.fullmatch(r"[0-9]{1,3}", number) and int(number):
        padded = number.zfill(4)
        return Fault(
            "A candidate number has four digits.", f"Use {padded}: spreadsheets drop the leading noughts.", padded
        )
    return Fault("A candidate number has four digits, from 0001 to 9999.", "Use the number from your exams system.")


def check_candidate_number(number: str) -> None:
    """Refuse a number that is not a candidate number."""
    if fault := candidate_number_fault(number):
        fault.refuse("candidate_number")


def is_candidate_number(number: str) -> bool:
    return candidate_number_fault(number) is None


# --- registration number ---


def registration_number_fault(number: str) -> Fault | None:
    """The awarding organisation's number for a registration: letters, digits and hyphens, twelve at most."""
    if re.fullmatch(r"[A-Z0-9][A-Z0-9-]{0,11}", number):
        return None
    return Fault(
        "A registration number has up to 12 capital letters, digits and hyphens.",
        "Copy it from the registration confirmation.",
    )


def check_registration_number(number: str) -> None:
    """Refuse what cannot be a registration number."""
    if fault := registration_number_fault(number):
        fault.refuse("number")


# --- unique learner number ---


def uln_check_digit(stem: str) -> str:
    """The tenth digit for nine; "" where no learner number can have that stem.

    The nine digits, weighted 10 to 2, leave a remainder by 11; the digit is 10 less the remainder, and a stem that
    leaves 0 is never issued. Source: Higher Education Statistics Agency, unique learner number.
    """
    remainder = sum(int(digit) * weight for digit, weight in zip(stem, range(10, 1, -1), strict=True)) % 11
    return "" if remainder == 0 else str(10 - remainder)


def uln_fault(uln: str) -> Fault | None:
    """Ten digits, the first not 0, the last a check digit. 9999999999 stands for “not known” and is no number."""
    look_up = "Look the number up in the Learner Records Service."
    if uln == _UNKNOWN_ULN:
        return Fault("9999999999 means that the number is not known.", "Leave the cell empty until you have it.")
    if not re.fullmatch(r"[0-9]{10}", uln):
        if re.fullmatch(r"[0-9.]+[eE]\+?[0-9]+", uln):
            return Fault(
                "A spreadsheet has shortened this learner number.", "Format the column as text and copy it again."
            )
        return Fault("A unique learner number has ten digits.", look_up)
    if uln[0] == "0":
        return Fault("A unique learner number does not begin with 0.", look_up)
    if uln_check_digit(uln[:9]) != uln[9]:
        return Fault(
            "The check digit of this unique learner number is wrong, so at least one digit is.",
            "Look for two digits that changed places, or look the number up in the Learner Records Service.",
        )
    return None


def check_uln(uln: str) -> None:
    """Refuse a unique learner number that cannot be one."""
    if fault := uln_fault(uln):
        fault.refuse("uln")


def is_uln(uln: str) -> bool:
    return uln_fault(uln) is None


# --- unique candidate identifier ---


def uci_check_letter(stem: str) -> str:
    """The thirteenth character for the first twelve: weights 16 to 5, remainder by 17.

    Source: the published worked examples; the values of the letters Q to Z come from one copy only.
    """
    total = sum(_sign(sign) * weight for sign, weight in zip(stem, range(16, 4, -1), strict=True))
    return _UCI_CHECKS[total % 17]


def _sign(sign: str) -> int:
    return int(sign) if sign.isdigit() else _UCI_LETTERS[sign]


def uci_fault(uci: str) -> Fault | None:
    """Centre (5 digits), board (0 or a letter), year (2), candidate (4), check letter; the letter may be missing."""
    if not re.fullmatch(r"[0-9]{5}[0A-Z][0-9]{6}[A-Z]?", uci):
        return Fault(
            "A unique candidate identifier has 13 characters: centre, board, year, candidate and a check letter.",
            "Leave the cell empty if you do not have it; we work it out.",
        )
    if len(uci) == 13 and uci[12] != uci_check_letter(uci[:12]):
        right = uci[:12] + uci_check_letter(uci[:12])
        return Fault(
            f"The check letter of this unique candidate identifier should be {right[12]}.",
            f"If the digits are right, use {right}.",
            right,
        )
    return None


def check_uci(uci: str) -> None:
    """Refuse a unique candidate identifier that cannot be one."""
    if fault := uci_fault(uci):
        fault.refuse("uci")


def is_uci(uci: str) -> bool:
    return uci_fault(uci) is None


def complete_uci(uci: str) -> str:
    """The identifier with its check letter. Twelve characters gain one, thirteen stand as they are."""
    return uci + uci_check_letter(uci) if len(uci) == 12 else uci


# --- qualification number ---


def qualification_number_fault(number: str) -> Fault | None:
    """Three digits, four digits, a check character. The check is inferred from ten real numbers: warn, never refuse."""
    bare = number.replace("/", "")
    if not re.fullmatch(r"[0-9]{3}/?[0-9]{4}/?[0-9X]", number):
        return Fault("A qualification number looks like 601/7159/5.", "Check it against the specification.")
    total = sum(int(digit) * weight for digit, weight in zip(bare[:7], range(8, 1, -1), strict=True)) % 11
    if bare[7] != ("X" if total == 10 else str(total)):
        return Fault("The last character of this qualification number does not fit the others.", "Check it again.")
    return None


def is_qualification_number(number: str) -> bool:
    """Whether the number looks right. A warning only: no official text states the check."""
    return qualification_number_fault(number) is None
