"""Everyone a visitor can be. Nobody has a password: they are chosen on /demo/."""

from datetime import datetime

from portal.accounts.actions import create_user
from portal.accounts.models import User
from portal.centres.actions import give_role, give_staff_role
from portal.centres.models import Centre, CentreKind, Nation
from portal.centres.rules import Role
from portal.clock import london_date
from portal.demo.rules import CentreCard, centres, private_candidate, staff
from portal.people.actions import confirm_register
from portal.people.queries import register_now


def make_people(*, at: datetime) -> None:
    """Make the centres, the people who act for them, the staff and the private candidate."""
    for card in centres():
        _make_centre(card, at=at)
    for one in staff():
        user = create_user(email=one.email, name=one.name, password=None, is_staff=True, by=None, at=at)
        give_staff_role(user=user, role=one.role, from_on=london_date(at), by=None, at=at)
    _make_private_candidate(at=at)


def _make_centre(card: CentreCard, *, at: datetime) -> None:
    centre = Centre.objects.create(number=card.number, name=card.name, nation=card.nation)
    for person in card.people:
        user = create_user(email=person.email, name=person.name, password=None, by=None, at=at)
        give_role(centre=centre, user=user, role=person.role, from_on=london_date(at), by=None, at=at)


def confirm_a_register(*, centre: Centre, at: datetime) -> None:
    """The head of a centre confirmed, in the autumn, who has an account."""
    head = User.objects.get(memberships__centre=centre, memberships__role=Role.HEAD.value)
    seen = register_now(centre=centre, on=london_date(at)).seal
    confirm_register(centre=centre, seen=seen, by=head, at=at)


def _make_private_candidate(*, at: datetime) -> None:
    """A tenancy of one, in which its only person may read and nothing else."""
    card = private_candidate()
    own = Centre.objects.create(
        number=card.number, name=card.name, nation=Nation.ENGLAND.value, kind=CentreKind.PERSON.value
    )
    user = create_user(email=card.email, name=card.name, password=None, by=None, at=at)
    give_role(centre=own, user=user, role=Role.READER, from_on=london_date(at), by=None, at=at)


def officer_of(centre: Centre) -> User:
    """The centre's exams officer."""
    return User.objects.get(memberships__centre=centre, memberships__role=Role.OFFICER.value)
