"""A college with three learners, its head, and a program that holds a token."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.test import Client

from portal.centres.models import Centre
from portal.centres.rules import CAPABILITIES, Role
from portal.people.actions import make_token
from portal.people.rules import OFFERED
from tests.factories.claims import GRADES, JUNE, business, learner_on, programme, summer
from tests.factories.people import CentreFactory, MembershipFactory

_numbers = count(1)


@dataclass
class Vendor:
    """A program with a token."""

    secret: str
    centre: Centre
    client: Client

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1/{path}", body, content_type="application/json", headers={**self.headers, **headers}
        )

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.secret}"}


@pytest.fixture
def college(db: None) -> Centre:
    """AB00012 and AB00013 are ready, AB00014 lacks a grade."""
    summer()
    centre = CentreFactory(number="12345", name="Northgate College")
    place = programme(centre, business(code="NAT-BUS-EC"))
    lacking = {unit: grade for unit, grade in GRADES.items() if unit != "8"}
    learner_on(place, name="Okafor", candidate="0012", registration="AB00012")
    learner_on(place, name="Reid", candidate="0013", registration="AB00013")
    learner_on(place, name="Petrova", grades=lacking, candidate="0014", registration="AB00014")
    return centre


@pytest.fixture
def vendor_of() -> Callable[..., Vendor]:
    def make(centre: Centre, scopes: list[str] | None = None, role: Role = Role.OFFICER) -> Vendor:
        maker = MembershipFactory(centre=centre, role=role.value).user
        _, secret = make_token(
            centre=centre,
            name=f"Program {next(_numbers)}",
            scopes=scopes or list(OFFERED),
            capabilities=CAPABILITIES[role],
            by=maker,
            at=JUNE,
        )
        return Vendor(secret, centre, Client(SERVER_NAME="localhost"))

    return make


@pytest.fixture
def vendor(college: Centre, vendor_of: Callable[..., Vendor]) -> Vendor:
    return vendor_of(college)
