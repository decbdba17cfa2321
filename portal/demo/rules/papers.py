"""Marked papers of the demonstration: invented answers whose marks add up to the candidate's own."""

from typing import Any

_QUESTIONS = 10
_ANSWERS = (
    "Fixed costs do not change with output, such as rent.",
    "Revenue is the price of an item times the number sold.",
    "A cash flow forecast shows when money may run short.",
    "Break-even is where total costs equal total revenue.",
    "Variable costs rise with each item made.",
    "Gross profit is revenue less the cost of sales.",
    "A budget helps a business to control what it spends.",
    "The margin of safety is how far sales may fall.",
    "Net profit is what is left after all expenses.",
    "Aims tell a business where it wants to be.",
)


def paper(
    *, mark: int, highest: int, title: str, series: str, centre: tuple[str, str], candidate: tuple[str, str] | None
) -> dict[str, Any]:
    """The data of one script. `centre` and `candidate` are (name, number); without a candidate nothing names one."""
    name, number = candidate or ("", "")
    return {
        "paper": title,
        "series": series,
        "centre_name": centre[0],
        "centre_number": centre[1],
        "name": name,
        "candidate": number,
        "questions": _questions(mark, highest),
        "total": mark,
        "highest": highest,
    }


def _questions(mark: int, highest: int) -> list[dict[str, Any]]:
    """Both the marks and the highest marks are shared out evenly, the rest to the first questions."""
    return [
        {"number": str(turn + 1), "answer": answer, "mark": _share(mark, turn), "of": _share(highest, turn)}
        for turn, answer in enumerate(_ANSWERS)
    ]


def _share(whole: int, turn: int) -> int:
    return whole // _QUESTIONS + (turn < whole % _QUESTIONS)
