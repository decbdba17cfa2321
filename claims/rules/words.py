"""Grades and reasons in words."""

from collections.abc import Mapping

from claims.rules.eligibility import (
    CLAIM_REFUSED,
    ENTRY_MISSING,
    NOT_RELEASED,
    UNIT_GRADE_MISSING,
    UNITS_INELIGIBLE,
)

_SINGLE = {"U": "Unclassified", "N": "Near pass", "P": "Pass", "M": "Merit", "D": "Distinction", "D*": "Distinction*"}
WITH_RESULTS = "With the results"

# What puts each reason right, in words; `{unit}` is the unit at fault.
FIXES = {
    UNIT_GRADE_MISSING: "Enter the Unit {unit} grade",
    UNITS_INELIGIBLE: "Change the set of units",
    ENTRY_MISSING: "Enter for Unit {unit}",
    NOT_RELEASED: "See what verification needs",
    CLAIM_REFUSED: "Answer the refusal",
}

_TALLY = {
    UNIT_GRADE_MISSING: "{n} {has} a missing unit grade",
    UNITS_INELIGIBLE: "{n} {has} an ineligible set of units",
    ENTRY_MISSING: "{n} {has} no entry",
    NOT_RELEASED: "{n} {is_} on a programme not yet released",
    CLAIM_REFUSED: "{n} {has} a refused claim",
}


def grade_words(code: str) -> str:
    """ "Merit" for M; two- and three-letter grades stand as they are; "" comes with the results."""
    return _SINGLE.get(code, code) if code else WITH_RESULTS


def sentence_of(counted: Mapping[str, int]) -> str:
    """ "1 has a missing unit grade, 2 have a refused claim." from counts by reason code."""
    parts = [
        words.format(n=n, has="has" if n == 1 else "have", is_="is" if n == 1 else "are")
        for code, words in _TALLY.items()
        if (n := counted.get(code))
    ]
    return f"{', '.join(parts)}." if parts else ""
