"""What the check page lays out before claims are sent."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from claims.models import Readiness
from claims.rules.words import WITH_RESULTS, grade_words


def fingerprint(rows: Sequence[Readiness]) -> str:
    """Names exactly the learners and grades on a page, so that the server can tell whether they changed since."""
    lines = sorted(f"{row.pk}:{row.kind}:{row.grade}" for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def cards(rows: Sequence[Readiness], results: dict[str, Any], *, late: Collection[str] = ()) -> list[dict[str, Any]]:
    """One card for each programme: grades counted, the day its results come, and its learners.

    `late` are the kinds of claim whose date has passed.
    """
    ordered = sorted(rows, key=lambda row: (row.programme_title, row.kind, row.learner_name))
    return [
        _card(title, list(group), results, late)
        for (title, _), group in groupby(ordered, lambda r: (r.programme_title, r.kind))
    ]


def _card(title: str, rows: list[Readiness], results: dict[str, Any], late: Collection[str]) -> dict[str, Any]:
    day = results.get(rows[0].level)
    return {
        "title": title,
        "kind": rows[0].get_kind_display(),
        "late": rows[0].kind in late,
        "count": len(rows),
        "grades": _grades(rows),
        "result_on": day.on if day else None,
        "learners": [
            {
                "name": row.learner_name,
                "candidate": row.candidate_number,
                "grade": grade_words(row.grade),
                "points": row.points if row.grade else None,
            }
            for row in rows
        ],
    }


def _grades(rows: list[Readiness]) -> str:
    """ "2 Distinction, 5 Merit", the best grade first."""
    best_first = sorted(rows, key=lambda row: row.points or 0, reverse=True)
    counted = Counter(grade_words(row.grade) for row in best_first)
    if list(counted) == [WITH_RESULTS]:
        return "Worked out with the results"
    return ", ".join(f"{n} {grade}" for grade, n in counted.items())


def differing(rows: Sequence[Readiness]) -> list[dict[str, Any]]:
    """Learners whose grade differs from the one last uploaded, with what changed it."""
    return [
        {
            "row": row,
            "uploaded": grade_words(note["uploaded"]),
            "claiming": grade_words(row.grade),
            "changes": [_change(change) for change in note["changes"]],
            "points": _points(note["points"]),
        }
        for row in rows
        for note in row.notes
    ]


def _change(change: dict[str, str]) -> dict[str, Any]:
    rank = "UNPMD"
    raised = rank.find(change["now"]) > rank.find(change["was"])
    return {
        "unit": change["unit"],
        "how": "raised" if raised else "lowered",
        "to": grade_words(change["now"]),
        "on": date.fromisoformat(change["at"][:10]),
    }


def _points(difference: int) -> str:
    number = abs(difference)
    return f"{number} {'point' if number == 1 else 'points'} {'more' if difference > 0 else 'fewer'}"
