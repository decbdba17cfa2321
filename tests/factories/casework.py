"""Cases of a kind that exists in tests only, so that the spine stands without the rooms above it."""

from datetime import UTC, datetime
from typing import Any

from portal.casework.actions import open_case
from portal.casework.kinds import Kind
from portal.casework.models import Case
from portal.learners.models import Registration, Result
from tests.factories.claims import learner_on, programme
from tests.factories.people import CentreFactory, MembershipFactory, StaffMembershipFactory

AT = datetime(2024, 8, 23, 9, 0, tzinfo=UTC)
TRIAL = Kind(
    key="trial",
    label="Trial",
    initial="received",
    moves={
        "received": frozenset({"working", "withdrawn"}),
        "working": frozenset({"issued"}),
        "issued": frozenset({"working"}),
        "withdrawn": frozenset(),
    },
    labels={"received": "Received", "working": "Being worked on", "issued": "Issued", "withdrawn": "Withdrawn"},
    closed=frozenset({"issued", "withdrawn"}),
    steps=("Asked", "Received", "Accepted", "Under review", "Outcome", "Closed"),
    url_name="casework_trial",
    prefix="TR",
    retain="six months after the outcome",
    step_of={"received": 1, "working": 3, "issued": 4, "withdrawn": 5},
    decides=frozenset({"working"}),
    issued="issued",
    reopened="working",
    movers={
        ("received", "working"): "staff begin",
        ("received", "withdrawn"): "the centre withdraws",
        ("working", "issued"): "the decision is issued",
        ("issued", "working"): "staff open it again",
    },
)


def member(name: str = "", role: str = "casework") -> Any:
    """Somebody of the awarding organisation."""
    return StaffMembershipFactory(role=role, **({"user__name": name} if name else {})).user


class Matter:
    """A case about a result, ready to be decided, with the people around it."""

    def __init__(self, *, status: str = "working") -> None:
        self.centre = CentreFactory()
        self.officer = MembershipFactory(centre=self.centre, role="officer").user
        self.registration: Registration = learner_on(programme(self.centre))
        self.result: Result = self.registration.results.select_related("unit").order_by("pk")[0]
        self.case: Case = open_case(
            kind="trial",
            centre=self.centre,
            learner=self.registration.learner,
            unit=self.result.unit,
            series=self.result.series,
            by=self.officer,
            at=AT,
            status=status,
        )
