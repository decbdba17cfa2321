"""Who and what the demonstration shows. Everything is invented and the same on every load."""

from portal.demo.rules.grades import grades_for
from portal.demo.rules.numbers import uci, uln
from portal.demo.rules.papers import paper
from portal.demo.rules.people import CentreCard, Person, PrivateCandidate, StaffCard, centres, private_candidate, staff
from portal.demo.rules.roll import Roll, Story, course, roll
from portal.demo.rules.season import sample_mark, season

__all__ = [
    "CentreCard",
    "Person",
    "PrivateCandidate",
    "Roll",
    "StaffCard",
    "Story",
    "centres",
    "course",
    "grades_for",
    "paper",
    "private_candidate",
    "roll",
    "sample_mark",
    "season",
    "staff",
    "uci",
    "uln",
]
