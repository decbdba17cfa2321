"""No page costs more than twelve queries, whoever may see it, and a control that a costly page is seen."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from tests.assurance.conftest import World
from tests.assurance.walking import Persona, Route, routes, stranger_client, undone
from tests.factories.people import signed_in

pytestmark = pytest.mark.django_db
MOST = 12
# Sweeping pages of a program, not of a person: each reads one row of every kind it reports on.
REPORTS = frozenset(["dashboard:readyz", "dashboard:status"])
# Downloads, no pages: they lock, check consent and write to the audit chain, in a number that no row adds to.
DOWNLOADS = frozenset(["postresults:script", "postresults:component-zip"])
KEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@pytest.fixture(autouse=True)
def fresh(world: World) -> Iterator[None]:
    with undone():
        yield


def costs(persona: Persona, path: str) -> int:
    """How many questions one GET asks of the database; marking places in a transaction asks nothing."""
    with CaptureQueriesContext(connection) as asked:
        persona.ask("GET", path)
    return sum(not query["sql"].lstrip().upper().startswith(KEEPING) for query in asked.captured_queries)


def too_costly(world: World, persona: Persona, wanted: list[Route], most: int) -> list[str]:
    return [
        f"{route.name} {route.fill(values)} asks {cost} questions"
        for route in wanted
        for values in world.samples.values(route)
        if (cost := costs(persona, route.fill(values))) > most
    ]


@pytest.mark.parametrize(
    "email", ["head@northgate.example", "readonly@northgate.example", "casework@board.example", "admin@board.example"]
)
def test_no_page_asks_more_than_twelve_questions(world, email):
    persona = Persona(email, signed_in(stranger_client(), User.objects.get(email=email)), lambda route, values: True)
    wanted = [route for route in routes() if route.name not in REPORTS | DOWNLOADS]
    faults = too_costly(world, persona, wanted, MOST)
    assert not faults, "\n" + "\n".join(faults)


def test_control_a_lower_bound_finds_pages(world):
    user = User.objects.get(email="head@northgate.example")
    persona = Persona("head", signed_in(stranger_client(), user), lambda route, values: True)
    home = [route for route in routes() if route.name == "dashboard:home"]
    assert len(too_costly(world, persona, home, 3)) == 1
