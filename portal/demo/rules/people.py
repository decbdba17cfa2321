"""The people a visitor can be."""

from dataclasses import dataclass

from portal.centres.rules import Role, StaffRole
from portal.demo.rules.files import content


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    role: Role


@dataclass(frozen=True)
class CentreCard:
    """A centre with everyone who acts for it."""

    number: str
    name: str
    nation: str
    people: tuple[Person, ...]


@dataclass(frozen=True)
class StaffCard:
    email: str
    name: str
    role: StaffRole


@dataclass(frozen=True)
class PrivateCandidate:
    """A tenancy of one: `number` is that of the person's own centre, `through` that of the centre that enters them."""

    email: str
    number: str
    family_name: str
    given_name: str
    through: str
    candidate_number: str
    qualification: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


def centres() -> tuple[CentreCard, ...]:
    """The centres, in the order in which they are shown."""
    return tuple(
        CentreCard(
            number=row["number"],
            name=row["name"],
            nation=row["nation"],
            people=tuple(Person(who["email"], who["name"], Role(who["role"])) for who in row["people"]),
        )
        for row in content("people")["centres"]
    )


def staff() -> tuple[StaffCard, ...]:
    """The people of the awarding organisation."""
    return tuple(StaffCard(row["email"], row["name"], StaffRole(row["role"])) for row in content("people")["staff"])


def private_candidate() -> PrivateCandidate:
    """The candidate who belongs to no school."""
    return PrivateCandidate(**content("people")["private_candidate"])
