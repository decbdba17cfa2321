"""A centre with the real catalogue, approved programmes and learners.

college = College(); college.learner("0012"); college.register("0012", "NAT-BUS-EC", number="AB00012")
"""

from datetime import UTC, datetime
from typing import Any

from portal.catalogue.actions import load_catalogue
from portal.catalogue.models import Qualification, Unit
from portal.learners.actions import (
    LearnerLine,
    RegistrationLine,
    approve_programmes,
    save_learners,
    save_registrations,
)
from portal.learners.models import Learner, Programme, Registration
from tests.factories.claims import summer
from tests.factories.people import CentreFactory, MembershipFactory
from tests.factories.results import out

AT = datetime(2024, 6, 28, 8, 42, tzinfo=UTC)
AWARDS = ("NAT-BUS-EC", "NAT-HSC-EC", "TA22-HSC", "NAT-BUS-ED")


class College:
    """One centre, its exams officer, and what they have said so far."""

    def __init__(self, *, awards: tuple[str, ...] = AWARDS) -> None:
        load_catalogue(at=AT)
        summer()
        for level in ("3", "2"):
            out("2024-01", level)
        self.centre = CentreFactory()
        self.officer = MembershipFactory(centre=self.centre, role="officer").user
        approve_programmes(
            centre=self.centre, qualifications=list(Qualification.objects.filter(code__in=awards)), by=None, at=AT
        )

    def member(self, role: str) -> Any:
        return MembershipFactory(centre=self.centre, role=role).user

    def learner(self, number: str = "0012", family: str = "Okafor", given: str = "Amara", **rest: Any) -> Learner:
        save_learners(centre=self.centre, lines=[LearnerLine(number, family, given, **rest)], by=self.officer, at=AT)
        return Learner.objects.get(centre=self.centre, candidate_number=number)

    def programme(self, award: str = "NAT-BUS-EC") -> Programme:
        return Programme.objects.get(centre=self.centre, qualification__code=award)

    def register(
        self, candidate: str = "0012", award: str = "NAT-BUS-EC", *, number: str = "AB00012", series: str = "2024-06"
    ) -> Registration:
        learner = Learner.objects.filter(centre=self.centre, candidate_number=candidate).first()
        learner = learner or self.learner(candidate)
        line = RegistrationLine(learner.pk, self.programme(award).pk, series, number)
        save_registrations(centre=self.centre, lines=[line], by=self.officer, at=AT)
        return Registration.objects.get(number=number)

    @staticmethod
    def unit(number: str, prefix: str = "N16-BUS") -> Unit:
        return Unit.objects.get(code=f"{prefix}-{number}")
