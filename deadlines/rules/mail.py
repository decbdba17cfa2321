"""What a reminder says, from plain values: never a learner's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from deadlines.rules.labels import due_label
from portal.web.words import day, listed


@dataclass(frozen=True)
class Item:
    """One duty of one centre by one date. `subject` is the duty's sentence, with {count}, {s} and {are}."""

    centre: str
    subject: str
    count: int
    on: date
    url: str
    detail: str = ""
    unsure: str = ""


def counted(sentence: str, count: int) -> str:
    """“34 learners to claim”, “1,204 learners to claim”."""
    return sentence.format(count=f"{count:,}", s="" if count == 1 else "s", are="is" if count == 1 else "are")


def subject_of(items: Sequence[Item]) -> str:
    """Number, thing and date: “34 learners to claim and 3 blocked learners by Friday 5 July 2024”.

    Counts of one duty are added up over centres; what is due later than the first date is only announced.
    """
    first = min(item.on for item in items)
    now = [item for item in items if item.on == first]
    totals: dict[str, int] = {}
    for item in now:
        totals[item.subject] = totals.get(item.subject, 0) + item.count
    later = ", and more after that" if len(now) < len(items) else ""
    return f"{listed([counted(sentence, total) for sentence, total in totals.items()])} by {day(first)}{later}"


def blocks_of(items: Sequence[Item], *, today: date) -> list[dict[str, object]]:
    """The lines of the mail by centre, earliest date first."""
    placed = sorted(items, key=lambda item: (item.centre, item.on))
    return [
        {"centre": centre, "lines": [_line(item, today) for item in group]}
        for centre, group in groupby(placed, key=lambda item: item.centre)
    ]


def _line(item: Item, today: date) -> dict[str, str]:
    label, _ = due_label(due_on=item.on, today=today)
    return {
        "words": counted(item.subject, item.count),
        "by": day(item.on),
        "label": label,
        "url": item.url,
        "detail": item.detail,
        "unsure": item.unsure,
    }
