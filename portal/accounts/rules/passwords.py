"""Which words make a password easy to guess for somebody who knows the person and the trade."""

import re

_BOARDS = frozenset({"btec", "pearson", "edexcel", "exam", "exams", "ocr", "aqa", "jcq", "ofqual", "portal"})
TRADE = _BOARDS | {"password", "welcome", "qwerty", "letmein"}
# Words that stand in the names of half of all centres, and so give nothing away.
_PLACES = frozenset({"school", "college", "academy", "centre", "community", "trust", "university", "technical"})
_PLAIN = _PLACES | {"sixth", "form", "high", "upper", "lower", "the", "and", "with", "from", "for", "example", "mail"}
_SEASON = re.compile(
    r"(spring|summer|autumn|winter|january|february|march|april|may|june|july|august|september|october|november"
    r"|december)[\W_]*(20)?\d\d"
)
_WORD = re.compile(r"[^\W\d_]+")


def words_of(*texts: str) -> frozenset[str]:
    """The telling words of names and addresses: letters only, at least three of them, in lower case."""
    found = {word for text in texts for word in _WORD.findall(text.lower())}
    return frozenset(word for word in found if len(word) >= 3 and word not in _PLAIN)


def context_fault(password: str, *, about: frozenset[str] = frozenset()) -> str | None:
    """What in a password gives it away, in words to show ("btec"), or None.

    `about` are words of the person and their centres. A word of four letters or more is found anywhere; a shorter one
    ("Lee") only where it stands alone, so that "sleeper" passes.
    """
    plain = password.lower()
    if season := _SEASON.search(plain):
        return season.group(0)
    alone = set(_WORD.findall(plain))
    for word in sorted(TRADE | about):
        if word in alone or (len(word) >= 4 and word in plain):
            return word
    return None
