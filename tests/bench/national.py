"""The national data set, made by set-based SQL: the same rows every time, on either engine.

Centres stand in rows of ids 1, 2, …, registrations likewise; every registration is one of a few kinds of learner
(`roll.KINDS`). The portal's own rules work out where one of each kind stands; all others are copies of that row.
"""

from datetime import UTC, date, datetime

from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

from claims.actions import recompute
from claims.models import Claim, Readiness, Submission, UnitGrade
from portal.accounts.models import User
from portal.catalogue.models import Qualification, Series
from portal.centres.models import Centre, Membership
from portal.learners.models import Learner, Programme, Registration, Result, UnitChoice
from tests.bench.fill import execute, fill, without_keys
from tests.bench.roll import AWARDS, GIVEN, NAMES, write_roll
from tests.bench.sizes import Size
from tests.factories.results import out

AT = datetime(2024, 6, 28, 8, 42, tzinfo=UTC)
SERIES = "2024-06"
FIRST_NUMBER = 20_000
ROLES = ("officer", "deputy", "head")
_FILLED = (EmailAddress, Membership, Programme, Learner, Registration, UnitChoice, UnitGrade, Result, Submission, Claim)
_FILLED += (Readiness,)


@transaction.atomic
def make(size: Size) -> None:
    """Fill an empty database. Takes some minutes at national size."""
    call_command("load_catalogue", verbosity=0)
    call_command("load_key_dates", verbosity=0)
    write_roll(size)
    with without_keys(*_FILLED):
        _centres(size)
        _people()
        _programmes()
        _learners()
        _inputs()
        first = _first_of_each_kind()
        recompute(first, AT)
        _claims(first)
        _readiness(first)
    _set_sequences()


def file_centre(size: Size) -> Centre:
    """The largest centre, whose learners nobody has claimed for."""
    return Centre.objects.get(pk=size.centres + 1)


def _centres(size: Size) -> None:
    execute("CREATE TEMPORARY TABLE bench_centre (id integer PRIMARY KEY)")
    execute(
        "INSERT INTO bench_centre WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)"
        " SELECT i FROM n",
        size.centres + 1,
    )
    fill(
        Centre,
        "bench_centre c",
        id="c.id",
        number=f"CAST({FIRST_NUMBER} + c.id AS varchar(5))",
        name="'College ' || c.id",
        nation="CASE c.id % 10 WHEN 7 THEN 'wales' WHEN 8 THEN 'scotland' WHEN 9 THEN 'northern-ireland'"
        " ELSE 'england' END",
    )


def _people() -> None:
    """Three for each centre."""
    for number, role in enumerate(ROLES):
        person = f"c.id * {len(ROLES)} + {number}"
        address = f"'{role}@' || ({FIRST_NUMBER} + c.id) || '.example'"
        fill(
            User,
            "bench_centre c",
            id=person,
            email=address,
            name=f"'{role.title()} ' || c.id",
            password="'!'",
            joined_at=AT,
        )
        fill(EmailAddress, "bench_centre c", user=person, email=address, verified=True, primary=True)
        fill(Membership, "bench_centre c", centre="c.id", user=person, role=f"'{role}'", from_on=date(2023, 9, 1))


def _programmes() -> None:
    for place, award in enumerate(AWARDS, start=1):
        fill(
            Programme,
            "bench_centre c",
            id=_programme("c.id", str(place)),
            centre="c.id",
            qualification=str(Qualification.objects.get(code=award).pk),
            released_at=AT,
        )


def _programme(centre: str, place: str) -> str:
    return f"{centre} * {len(AWARDS)} + {place}"


def _learners() -> None:
    fill(
        Learner,
        "bench_roll r"
        f" JOIN bench_name f ON f.number = (r.id * 7 + r.place) % {len(NAMES)}"
        f" JOIN bench_given g ON g.number = (r.id * 3 + r.centre_id) % {len(GIVEN)}",
        id="r.id",
        centre="r.centre_id",
        candidate_number="substr(CAST(10000 + r.place AS varchar(5)), 2)",
        family_name="f.name",
        given_name="g.name",
    )
    fill(
        Registration,
        "bench_roll r JOIN (SELECT DISTINCT kind, place FROM bench_kind) k ON k.kind = r.kind",
        id="r.id",
        centre="r.centre_id",
        learner="r.id",
        programme=_programme("r.centre_id", "k.place"),
        series=f"'{SERIES}'",
        number="'N' || (10000000 + r.id)",
        registered_on=date(2022, 9, 12),
    )


def _inputs() -> None:
    rows = "bench_roll r JOIN bench_kind k ON k.kind = r.kind"
    earlier = Series.objects.filter(code__lt=SERIES).order_by("-code").first() or Series.objects.get(code=SERIES)
    fill(UnitChoice, rows, registration="r.id", unit="k.unit_id")
    fill(
        UnitGrade,
        f"{rows} WHERE k.grade <> '' AND k.sort = 'internal'",
        centre="r.centre_id",
        registration="r.id",
        unit="k.unit_id",
        grade="k.grade",
        uploaded_grade="k.grade",
        reported_at=AT,
        reported_by=f"r.centre_id * {len(ROLES)}",
    )
    fill(
        Result,
        f"{rows} WHERE k.grade <> '' AND k.sort = 'external'",
        centre="r.centre_id",
        registration="r.id",
        unit="k.unit_id",
        series=f"'{earlier.pk}'",
        # Every award of the rows is of level 3.
        release=str(out(earlier, "3").pk),
        grade="k.grade",
        issued_at=AT,
    )


def _first_of_each_kind() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM bench_roll WHERE claimed = 0 GROUP BY kind ORDER BY kind")
        return [pk for (pk,) in cursor.fetchall()]


def _like_the_first(first: list[int]) -> str:
    """Every registration with the readiness of the first of its kind."""
    pairs = " UNION ALL ".join(f"SELECT {number} AS kind, {pk} AS id" for number, pk in enumerate(first))
    return (
        f"bench_roll r JOIN ({pairs}) t ON t.kind = r.kind"
        " JOIN claims_readiness x ON x.registration_id = t.id JOIN learners_learner l ON l.id = r.id"
    )


def _claims(first: list[int]) -> None:
    fill(
        Submission,
        "(SELECT DISTINCT centre_id AS id FROM bench_roll WHERE claimed > 0) c",
        id="c.id",
        reference="'BENCH-' || c.id",
        centre="c.id",
        series=f"'{SERIES}'",
        by=f"c.id * {len(ROLES)}",
        received_at=AT,
        token="'bench-' || c.id",
        undo_until=AT,
    )
    fill(
        Claim,
        f"{_like_the_first(first)} WHERE r.claimed > 0",
        submission="r.centre_id",
        centre="r.centre_id",
        registration="r.id",
        series=f"'{SERIES}'",
        kind="x.kind",
        grade="x.grade",
        points="x.points",
        claimed_grade="x.grade",
        claimed_name="l.family_name || ', ' || l.given_name",
        claimed_number="l.candidate_number",
        due_on=date(2024, 7, 5),
        late=False,
        status="CASE r.claimed WHEN 1 THEN 'submitted' ELSE 'accepted' END",
    )


def _readiness(first: list[int]) -> None:
    copied = ("series", "kind", "rule", "needs", "reasons", "notes", "grade", "points", "units_done", "units_needed")
    copied += ("programme_title", "level", "evaluated_at")
    columns = {name: f"x.{Readiness._meta.get_field(name).column}" for name in copied}
    fill(
        Readiness,
        f"{_like_the_first(first)} WHERE r.id <> t.id",
        registration="r.id",
        centre="r.centre_id",
        state="CASE r.claimed WHEN 1 THEN 'claimed' WHEN 2 THEN 'issued' ELSE x.state END",
        learner_name="l.family_name || ', ' || l.given_name",
        candidate_number="l.candidate_number",
        **columns,
    )


def _set_sequences() -> None:
    """Ids were given; the next rows go on after them. What was for this transaction only goes."""
    for statement in connection.ops.sequence_reset_sql(
        no_style(), [Centre, User, Membership, Programme, Learner, Registration, Submission, Claim]
    ):
        execute(statement)
    for table in ("kind", "name", "given", "roll", "centre"):
        execute(f"DROP TABLE bench_{table}")
