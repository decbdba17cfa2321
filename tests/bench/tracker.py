"""P1: the tracker, signed in, at national size, over HTTP."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.models import Readiness
from claims.queries.tracker import SORTS
from portal import clock
from portal.accounts.models import User
from portal.accounts.rules import MFA, opening
from portal.centres.models import Centre
from tests.bench.database import created, scratch_url
from tests.bench.figures import Fact, Figure, Section, Target, Workload, absent, figure
from tests.bench.national import file_centre
from tests.bench.rounds import WALL, Answer, Side, alternate
from tests.bench.serving import Page, Server, served
from tests.bench.sizes import Size
from tests.jobs.processes import ROOT, database_url

SUBJECT = "tracker, signed in"
BARE, PLAIN = "bare Django view, five middlewares", "plain DRF ListAPIView, no sign-in"
FEW = "the same page, a hundredth of the registrations"
HELPDESK, PGBENCH = "django-helpdesk list data, a tenth of the rows", "pgbench, the rows’ own query"
CENTRES = 20
_TARGETS = {
    BARE: Target(must=0.10, moonshot=0.20),
    PLAIN: Target(must=1.0),
    FEW: Target(must=0.9),
    HELPDESK: Target(must=47, moonshot=100),
    PGBENCH: Target(),
}
_NUMBER = re.compile(r"\bN1\d{7}\b")
_SIGN_IN = "portal.accounts.backends.SignIn"


def run(size: Size) -> Section:
    missing: dict[str, str] = {}
    with ExitStack() as stack:
        sides = [
            *_ours(size, stack),
            *_among_few(size, stack, missing),
            *_desk(size, stack, missing),
            *_pgbench(size, missing),
        ]
        measured = alternate(sides, rounds=size.rounds)
    return Section(
        code="P1",
        title=WORKLOAD.title,
        compared=(
            f"The first page of ready learners, 50 rows, of {len(_centres(size))} centres in turn, by the exams "
            f"officer of each with a second factor, out of {size.registrations:,} registrations; the DRF list "
            f"serialises the same 50 rows; django-helpdesk lists 50 of {size.tickets:,} tickets as JSON. Each behind "
            "gunicorn with two sync workers, asked over eight connections. The CPU time is that of the workers and of "
            "their database connections, not of the client, nor of further processes with which the database sorts the "
            "tickets."
        ),
        bound=(
            "Python: the page’s template and the objects it is filled from. The rows come from one index and cost the "
            "database little, at a million registrations as at few."
        ),
        figures=tuple(_figures(measured, missing)),
        facts=(_queries(size),),
        answers=tuple(measured.answers.items()),
    )


def _figures(measured: Any, missing: dict[str, str]) -> Iterator[Figure]:
    for name, target in _TARGETS.items():
        if name in missing:
            yield absent(subject=SUBJECT, reference=name, target=target, why=missing[name])
        else:
            clock_ = {"clock": WALL} if name == PGBENCH else {}
            yield figure(measured, subject=SUBJECT, reference=name, target=target, **clock_)


def _centres(size: Size) -> list[Centre]:
    """Some centres from all over the table."""
    step = max(1, size.centres // CENTRES)
    return list(Centre.objects.filter(pk__in=range(1, size.centres + 1, step)).order_by("pk")[:CENTRES])


# --- the portal and bare Django, on the same database ---


def _ours(size: Size, stack: ExitStack) -> list[Side]:
    ours = tracker_pages(size)
    plain = [Page(f"/rows/{centre.number}/") for centre in _centres(size)]
    serve = partial(served, database=database_url(), **_variables())
    portal = stack.enter_context(serve("portal.wsgi", probe=ours[0]))
    bare = stack.enter_context(serve("tests.bench.others.plain_wsgi", probe=Page("/bare/")))
    return [
        _side(SUBJECT, portal, ours, size.requests, size, _shown),
        _side(BARE, bare, [Page("/bare/")], size.requests * 10, size, lambda _: {}),
        _side(PLAIN, bare, plain, size.requests, size, _listed),
    ]


def tracker_pages(size: Size) -> list[Page]:
    """The page that is measured, for an officer of each centre that is asked."""
    return [_page(centre) for centre in _centres(size)]


def _page(centre: Centre) -> Page:
    return Page(f"/c/{centre.number}/claims/?state=ready", _signed_in(centre))


def _variables() -> dict[str, str]:
    """The environment of a portal that is served here."""
    variables = {"PORTAL_DEMO": "1", "PORTAL_TODAY": settings.TODAY.isoformat(), "PORTAL_STATEMENT_SECONDS": "0"}
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        variables["DJANGO_SETTINGS_MODULE"] = "tests.bench.others.unhashed_settings"
    return variables


def _queries(size: Size) -> Fact:
    """How many queries the page asks for centres of any size."""
    found = {_asked(_page(centre)) for centre in (*_centres(size)[:2], file_centre(size))}
    return Fact(
        what=f"queries a page, whether the centre has {size.registrations // size.centres:,} learners or "
        f"{size.file_rows:,}",
        found=" or ".join(map(str, sorted(found))),
        must="one number, at most 12",
        held=len(found) == 1 and max(found) <= 12,
    )


def _asked(page: Page) -> int:
    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies.load(page.cookie)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(page.path)
    if answer.status_code != 200:
        raise RuntimeError(f"{page.path}: {answer.status_code}")
    return len(queries)


# --- the portal among few rows ---


def _among_few(size: Size, stack: ExitStack, missing: dict[str, str]) -> list[Side]:
    if connection.vendor != "postgresql":
        missing[FEW] = "its rows are made on PostgreSQL"
        return []
    centres = max(1, size.centres * size.few // size.registrations)
    command = [sys.executable, "-m", "tests.bench.small", database_url(), str(centres), str(size.few)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [line.split(" ", 2) for line in made.stdout.splitlines() if line.startswith("page ")]
    pages = [Page(path, cookie) for _, path, cookie in lines]
    url = scratch_url(database_url(), "small")
    server = stack.enter_context(served("portal.wsgi", database=url, probe=pages[0], **_variables()))
    return [_side(FEW, server, pages, size.requests, size, lambda _: {})]


def _signed_in(centre: Centre) -> str:
    """The cookie of a session that the centre's exams officer opened with a second factor."""
    client = Client()
    client.force_login(User.objects.get(memberships__centre=centre, memberships__role="officer"), backend=_SIGN_IN)
    session = client.session
    session.update(opening(factor=MFA, at=clock.wall()))
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _side(name: str, server: Server, pages: Sequence[Page], times: int, size: Size, answers: Any) -> Side:
    ask = partial(server.ask, pages, times)
    return Side(name, ask, answers, pids=server.pids, own=False, share=times / size.requests)


def _shown(pages: dict[str, str]) -> dict[str, Answer]:
    """The registrations on the pages, in order, centre by centre."""
    return _rows([list(dict.fromkeys(_NUMBER.findall(pages[path]))) for path in sorted(pages)])


def _listed(pages: dict[str, str]) -> dict[str, Answer]:
    return _rows([[row["number"] for row in json.loads(pages[path])["results"]] for path in sorted(pages)])


def _rows(found: list[list[str]]) -> dict[str, Answer]:
    return {"rows shown": Answer.of(number for numbers in found for number in numbers)}


# --- the ticket desk ---


def _desk(size: Size, stack: ExitStack, missing: dict[str, str]) -> list[Side]:
    if connection.vendor != "postgresql":
        missing[HELPDESK] = "its tickets are made on PostgreSQL"
        return []
    url = scratch_url(database_url(), "desk")
    created(url, beside=database_url())
    made = _prepared(url, size.tickets)
    if made.returncode:
        missing[HELPDESK] = (
            "django-helpdesk is not installed" if "ModuleNotFound" in made.stderr else "it did not start"
        )
        return []
    key, path = made.stdout.split()[-2:]
    page = Page(path, f"sessionid={key}")
    server = stack.enter_context(served("tests.bench.others.helpdesk_wsgi", database=url, probe=page))
    return [_side(HELPDESK, server, [page], max(2, size.requests // 25), size, lambda _: {})]


def _prepared(url: str, tickets: int) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.bench.others.helpdesk_rows", str(tickets)]
    variables = {"DATABASE_URL": url, "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)


# --- the rows' own query ---


def _pgbench(size: Size, missing: dict[str, str]) -> list[Side]:
    program = shutil.which("pgbench")
    if connection.vendor != "postgresql" or not program:
        missing[PGBENCH] = "there is no pgbench here"
        return []
    times = size.requests * 10

    def work() -> None:
        with _script(size) as path:
            command = [program, "-n", "-c", "2", "-t", str(times // 2), "-f", path, database_url()]
            subprocess.run(command, check=True, capture_output=True)

    return [Side(PGBENCH, work, lambda _: {}, own=False, share=times / size.requests)]


@contextmanager
def _script(size: Size) -> Iterator[str]:
    centre = _centres(size)[-1]
    rows = Readiness.objects.filter(centre=centre, series="2024-06", state="ready").order_by(*SORTS["programme"])
    with connection.cursor() as cursor, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.sql"
        path.write_bytes(cursor.mogrify(*rows[:51].query.sql_with_params()) + b";\n")
        yield str(path)


WORKLOAD = Workload("P1", "The tracker at national size", run)
