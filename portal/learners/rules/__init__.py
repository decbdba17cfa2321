from portal.learners.rules.hours import HoursCheck, hours_check
from portal.learners.rules.identifiers import (
    Fault,
    check_candidate_number,
    check_registration_number,
    check_uci,
    check_uln,
    complete_uci,
    is_candidate_number,
    is_qualification_number,
    is_uci,
    is_uln,
)

__all__ = [
    "Fault",
    "HoursCheck",
    "check_candidate_number",
    "check_registration_number",
    "check_uci",
    "check_uln",
    "complete_uci",
    "hours_check",
    "is_candidate_number",
    "is_qualification_number",
    "is_uci",
    "is_uln",
]
