"""How a case is called: R24-00042."""


def reference(*, prefix: str, year: int, number: int) -> str:
    """The kind's letters, the year it was opened in (London, last two digits) and a number of five digits or more."""
    return f"{prefix}{year % 100:02d}-{number:05d}"
