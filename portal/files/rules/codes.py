"""How a verification code looks: four groups of four, without letters and digits that are mistaken for others."""

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, SIZE = 4, 4


def tidy_code(text: str) -> str:
    """A code as somebody typed it off paper, as we keep it; what cannot be one comes to nothing."""
    letters = "".join(letter for letter in text.upper() if letter in ALPHABET)
    if len(letters) != GROUPS * SIZE:
        return ""
    return "-".join(letters[start : start + SIZE] for start in range(0, len(letters), SIZE))
