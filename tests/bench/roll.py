"""Who is at which centre and where they stand: temporary tables that the national rows are made from."""

from dataclasses import dataclass

from portal.catalogue.models import Unit
from tests.bench.fill import execute
from tests.bench.sizes import Size


@dataclass(frozen=True)
class Kind:
    """A learner on a programme with these units in the set and these grades; "" has no grade yet."""

    award: str
    prefix: str
    grades: dict[str, str]


KINDS = (
    Kind("NAT-BUS-EC", "N16-BUS", {"1": "D", "2": "M", "3": "P", "8": "M"}),
    Kind("NAT-BUS-EC", "N16-BUS", {"1": "M", "2": "M", "3": "M", "9": "P"}),
    Kind("NAT-HSC-EC", "N16-HSC", {"1": "M", "2": "P", "5": "D", "10": "M"}),
    Kind("NAT-IT-EC", "N16-IT", {"1": "M", "2": "M", "3": "D", "5": "M"}),
    Kind("NAT-SPO-EC", "N16-SPO", {"1": "D", "2": "M", "3": "D", "4": "D"}),
    Kind("NAT-BUS-C", "N16-BUS", {"1": "M", "2": "M"}),
    Kind("NAT-IT-EC", "N16-IT", {"1": "P", "2": "P", "3": "P", "6": "P"}),
    # The rest are blocked: a unit grade, a result and a unit are missing.
    Kind("NAT-BUS-EC", "N16-BUS", {"1": "", "2": "M", "3": "P", "8": "M"}),
    Kind("NAT-HSC-EC", "N16-HSC", {"1": "M", "2": "", "5": "D", "10": "M"}),
    Kind("NAT-BUS-EC", "N16-BUS", {"1": "D", "2": "M", "3": "P"}),
)
READY_KINDS = 7
AWARDS = tuple(dict.fromkeys(kind.award for kind in KINDS))
NAMES = (
    "Adeyemi",
    "Ahmed",
    "Akhtar",
    "Allen",
    "Bailey",
    "Begum",
    "Bennett",
    "Brown",
    "Campbell",
    "Chowdhury",
    "Clarke",
    "Davies",
    "Edwards",
    "Evans",
    "Foster",
    "Green",
    "Griffiths",
    "Hall",
    "Harris",
    "Hughes",
    "Hussain",
    "Jackson",
    "Jones",
    "Kaur",
    "Khan",
    "King",
    "Lewis",
    "Mahmood",
    "Martin",
    "Mitchell",
    "Morgan",
    "Murphy",
    "Okafor",
    "Patel",
    "Phillips",
    "Roberts",
    "Singh",
    "Taylor",
    "Walker",
    "Williams",
)
GIVEN = (
    "Aisha",
    "Amara",
    "Ben",
    "Callum",
    "Daisy",
    "Ella",
    "Farid",
    "Grace",
    "Harvey",
    "Imani",
    "Jack",
    "Kezia",
    "Leo",
    "Maryam",
    "Noah",
    "Olivia",
    "Priya",
)


def write_roll(size: Size) -> None:
    """Who is at which centre, as which kind, and whether claimed: 1 submitted, 2 accepted. For one transaction."""
    execute("CREATE TEMPORARY TABLE bench_kind (kind integer, place integer, unit_id bigint, sort text, grade text)")
    units = Unit.objects.in_bulk(field_name="code")
    for number, kind in enumerate(KINDS):
        place = AWARDS.index(kind.award) + 1
        for unit, grade in kind.grades.items():
            row = units[f"{kind.prefix}-{unit}"]
            execute("INSERT INTO bench_kind VALUES (%s, %s, %s, %s, %s)", number, place, row.pk, row.kind, grade)
    for table, names in {"bench_name": NAMES, "bench_given": GIVEN}.items():
        execute(f"CREATE TEMPORARY TABLE {table} (number integer, name text)")
        for number, name in enumerate(names):
            execute(f"INSERT INTO {table} VALUES (%s, %s)", number, name)
    _roll(size)


def _roll(size: Size) -> None:
    """`place` counts the learners of a centre from 0. Every centre has every kind, and four of five claimed or not."""
    execute(
        "CREATE TEMPORARY TABLE bench_roll"
        " (id integer PRIMARY KEY, centre_id integer, place integer, kind integer, claimed integer)"
    )
    execute(
        "INSERT INTO bench_roll WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %s - 1)"
        " SELECT i + 1, i %% %s + 1, i / %s, i / %s %% %s, 0 FROM n",
        size.registrations,
        size.centres,
        size.centres,
        size.centres,
        len(KINDS),
    )
    execute(
        "UPDATE bench_roll SET claimed = CASE (place / %s + centre_id) %% 5 WHEN 3 THEN 1 WHEN 4 THEN 2 ELSE 0 END"
        " WHERE kind < %s AND place >= %s",
        len(KINDS),
        READY_KINDS,
        len(KINDS),
    )
    # One in fifty of the largest centre is blocked.
    execute(
        "INSERT INTO bench_roll WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %s - 1)"
        " SELECT %s + i + 1, %s, i, CASE WHEN i %% 50 = 49 THEN %s ELSE i %% %s END, 0 FROM n",
        size.file_rows,
        size.registrations,
        size.centres + 1,
        READY_KINDS,
        READY_KINDS,
    )
