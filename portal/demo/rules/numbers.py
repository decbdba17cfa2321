"""Learners' numbers with true check characters."""

from portal.learners.rules.identifiers import complete_uci, uln_check_digit


def uln(stem: int) -> str:
    """The unique learner number of a nine-digit stem, or of the next stem that has one."""
    digits = f"{stem:09d}"
    check = uln_check_digit(digits)
    return digits + check if check else uln(stem + 1)


def uci(*, centre: str, year: int, candidate: str) -> str:
    """The unique candidate identifier that a centre gives for a vocational course, with its check letter."""
    return complete_uci(f"{centre}B{year % 100:02d}{candidate}")
