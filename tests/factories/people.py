"""People and centres for every room's tests.

officer = MembershipFactory(role="officer").user
signed_in(client, officer)
"""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from portal import clock
from portal.accounts.models import User
from portal.accounts.rules import MFA, opening
from portal.centres.models import Centre, Membership, StaffMembership

PASSWORD = "violet harbour ledger moth"
SIGN_IN = "portal.accounts.backends.SignIn"


@cache
def hashed(password: str) -> str:
    """One hash for all: Argon2id is slow on purpose."""
    return make_password(password)


class UserFactory(DjangoModelFactory):
    """A person who can sign in with PASSWORD, with the verified primary address that everyone gets."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@northgate.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    joined_at = datetime(2024, 1, 8, 9, 0, tzinfo=UTC)
    password = factory.LazyFunction(lambda: hashed(PASSWORD))

    @factory.post_generation
    def address(self: User, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class CentreFactory(DjangoModelFactory):
    class Meta:
        model = Centre

    number = factory.Sequence(lambda n: f"{30000 + n}")
    name = factory.Sequence(lambda n: f"Example College {n}")
    nation = "england"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    centre = factory.SubFactory(CentreFactory)
    user = factory.SubFactory(UserFactory)
    role = "officer"
    from_on = date(2023, 9, 1)


class StaffMembershipFactory(DjangoModelFactory):
    class Meta:
        model = StaffMembership

    user = factory.SubFactory(UserFactory, is_staff=True, email=factory.Sequence(lambda n: f"staff{n}@board.example"))
    role = "casework"
    from_on = date(2023, 9, 1)


def signed_in(client: Any, user: User, *, factor: str | None = MFA, at: datetime | None = None) -> Any:
    """Sign a Django test client in with the second factor given and the password fresh; returns the client.

    `factor=None` makes a session that knows the password only; `at` is the real instant of the sign-in.
    """
    client.force_login(user, backend=SIGN_IN)
    session = client.session
    session.update(opening(factor=factor, at=at or clock.wall()))
    session.save()
    return client
