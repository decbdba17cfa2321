"""What a file of claims holds."""

from portal.intake.rules.columns import Column
from portal.learners.rules.sheets import AWARD_COLUMNS, CANDIDATE_NUMBER, REGISTRATION_NUMBER

CLAIM_COLUMNS = (
    CANDIDATE_NUMBER,
    REGISTRATION_NUMBER,
    *AWARD_COLUMNS,
    Column(
        "grade",
        "Expected grade",
        ("Grade", "Award grade", "Overall grade", "Qualification grade", "Final grade"),
        "If you fill it in, it must be the grade that we work out",
    ),
)
CLAIM_NEEDS = (("candidate_number", "registration_number"),)
