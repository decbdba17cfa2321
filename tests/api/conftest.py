"""A college with three learners, its head, and a program that holds a token."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from portal.centres.models import Centre
from portal.centres.rules import CAPABILITIES, Role
from portal.learners.models import Learner, Registration
from portal.people.actions import make_token
from portal.people.rules import OFFERED
from tests.factories.claims import GRADES, JUNE, learner_on, programme, summer
from tests.factories.people import CentreFactory, MembershipFactory


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


def named(registration: Registration, number: str, candidate: str) -> Registration:
    """The same learner under numbers that a test can write down."""
    Registration.objects.filter(pk=registration.pk).update(number=number)
    Learner.objects.filter(pk=registration.learner_id).update(candidate_number=candidate)
    registration.readiness.candidate_number = candidate
    registration.readiness.save(update_fields=["candidate_number"])
    registration.refresh_from_db()
    return registration


@pytest.fixture
def college(db: None) -> Centre:
    """AB00012 and AB00013 are ready, AB00014 lacks a grade."""
    summer()
    centre = CentreFactory(number="12345", name="Northgate College")
    place = programme(centre)
    lacking = {unit: grade for unit, grade in GRADES.items() if unit != "8"}
    named(learner_on(place, name="Okafor"), "AB00012", "9012")
    named(learner_on(place, name="Reid"), "AB00013", "9013")
    named(learner_on(place, name="Petrova", grades=lacking), "AB00014", "9014")
    return centre


@pytest.fixture
def vendor_of() -> Callable[..., Vendor]:
    def make(centre: Centre, scopes: list[str] | None = None, role: Role = Role.OFFICER) -> Vendor:
        maker = MembershipFactory(centre=centre, role=role.value).user
        _, secret = make_token(
            centre=centre,
            name="MIS",
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
