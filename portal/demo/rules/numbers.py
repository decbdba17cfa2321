"""Learners' numbers with true check characters."""

_UCI_CHECKS = "ABCDEFGHKLMRTVWXY"
_UCI_LETTERS = {"A": 1, "B": 2, "C": 3, "E": 5, "G": 7}


def uln(stem: int) -> str:
    """The unique learner number of a nine-digit stem, or of the next stem that has one.

    The check digit makes the sum of the digits, weighted 10 to 1, leave 10 when divided by 11.
    """
    digits = f"{stem:09d}"
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
    return uln(stem + 1) if remainder == 0 else f"{digits}{10 - remainder}"


def uci(*, centre: str, year: int, candidate: str) -> str:
    """The unique candidate identifier given by a vocational centre: centre, board, year, candidate, check letter.

    Weights 16 to 5 over twelve characters; the remainder by 17 picks the letter.
    """
    stem = f"{centre}B{year % 100:02d}{candidate}"
    values = [_UCI_LETTERS.get(sign) or int(sign) for sign in stem]
    total = sum(value * weight for value, weight in zip(values, range(16, 4, -1), strict=True))
    return stem + _UCI_CHECKS[total % 17]
