"""What the files of learners and of registrations hold, and how single cells are read."""

import re

from portal.intake.rules.columns import Column
from portal.intake.rules.headings import plain

CANDIDATE_NUMBER = Column(
    "candidate_number",
    "Candidate number",
    ("Candidate no", "Cand no", "Cand number", "Exam number", "Exam no", "Exams number"),
    "Four digits, such as 0012",
)

LEARNER_COLUMNS = (
    CANDIDATE_NUMBER,
    Column(
        "family_name",
        "Family name",
        ("Surname", "Last name", "Legal surname", "Learner surname", "Candidate surname", "Learner family name"),
        "Such as Okafor",
    ),
    Column(
        "given_name",
        "Given name",
        ("Forename", "Forenames", "First name", "Given names", "Legal forename", "Learner forename", "Firstname"),
        "Such as Amara",
    ),
    Column(
        "name",
        "Name",
        ("Learner", "Learner name", "Candidate name", "Full name", "Student", "Student name"),
        "Instead of the two: Okafor, Amara",
    ),
    Column("born_on", "Date of birth", ("DOB", "Birth date", "Born", "Date of birth (dd/mm/yyyy)"), "09/03/2006"),
    Column("uln", "ULN", ("Unique learner number", "ULN number"), "Ten digits"),
    Column("uci", "UCI", ("Unique candidate identifier", "UCI number"), "12 or 13 characters"),
)
LEARNER_NEEDS = (("candidate_number",), ("family_name", "name"), ("given_name", "name"))

REGISTRATION_NUMBER = Column(
    "registration_number",
    "Registration number",
    ("Registration no", "Reg no", "Reg number", "BTEC registration number", "Learner registration number"),
    "Up to 12 letters and digits",
)
# A file may name the qualification in any of three ways, or in several at once.
AWARD_COLUMNS = (
    Column(
        "qualification",
        "Qualification",
        ("Qualification title", "Programme", "Programme title", "Course", "Award", "Qualification name"),
        "Such as Business, Extended Certificate",
    ),
    Column(
        "qualification_code",
        "Qualification code",
        ("Programme code", "Award code", "Course code"),
        "Such as NAT-BUS-EC",
    ),
    Column(
        "qualification_number",
        "Qualification number",
        ("QN", "QAN", "Qualification accreditation number", "Ofqual number"),
        "Such as 601/7159/5",
    ),
)
AWARD_KEYS = tuple(column.key for column in AWARD_COLUMNS)

REGISTRATION_COLUMNS = (
    CANDIDATE_NUMBER,
    REGISTRATION_NUMBER,
    *AWARD_COLUMNS,
    Column("series", "Series", ("Completion series", "Exam series", "Completes in"), "2024-06 or Summer 2024"),
    Column(
        "registered_on", "Registered on", ("Registration date", "Date registered", "Enrolment date"), "Day, month, year"
    ),
)
REGISTRATION_NEEDS = (("candidate_number",), ("registration_number",), AWARD_KEYS, ("series",))

UNIT = Column(
    "unit",
    "Unit",
    ("Unit number", "Unit no", "Unit code", "Component", "Component number", "Component code", "Unit title"),
    "Number or code, such as 8 or N16-BUS-8",
)
ENTRY_COLUMNS = (
    CANDIDATE_NUMBER,
    REGISTRATION_NUMBER,
    *AWARD_COLUMNS,
    UNIT,
    Column(
        "series",
        "Series",
        ("Exam series", "Entry series", "Season"),
        "2024-06 or Summer 2024; when empty, the one in which the learner completes",
    ),
)
ENTRY_NEEDS = (("candidate_number", "registration_number"), ("unit",))


def unit_names(*, code: str, number: str, noun: str, title: str) -> tuple[str, ...]:
    """Every way a file may name a unit, without case and signs."""
    return tuple(
        plain(name) for name in (code, number, f"{noun} {number}", title, f"{noun} {number}: {title}", f"U{number}")
    )


def split_name(name: str) -> tuple[str, str] | None:
    """Family and given name of "Okafor, Amara" or "OKAFOR:AMARA"; None where the two cannot be told apart."""
    for sign in (":", ","):
        family, found, given = name.partition(sign)
        if found and family.strip() and given.strip():
            return family.strip(), given.strip()
    return None


def series_code(words: str) -> str:
    """ "2024-06" for "2024-06", "06/2024", "Summer 2024", "June 2024" or "2024 6A"; "" for anything else."""
    text = words.casefold().strip()
    if found := re.fullmatch(r"(\d{4})[-/ ](\d{1,2})a?", text):
        return f"{found[1]}-{int(found[2]):02d}"
    if found := re.fullmatch(r"(\d{1,2})[-/ ](\d{4})", text):
        return f"{found[2]}-{int(found[1]):02d}"
    months = {"january": "01", "jan": "01", "winter": "01", "june": "06", "jun": "06", "summer": "06"}
    months |= {"november": "11", "nov": "11", "autumn": "11"}
    found = re.fullmatch(r"([a-z]+) (\d{4})", text)
    return f"{found[2]}-{months[found[1]]}" if found and found[1] in months else ""
