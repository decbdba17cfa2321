import pytest

from tests.factories.people import MembershipFactory, StaffMembershipFactory, signed_in


@pytest.mark.django_db
def test_factories_make_people_who_can_sign_in(client):
    membership = MembershipFactory()
    StaffMembershipFactory()
    signed_in(client, membership.user)
    assert client.session["factor"] == "mfa"
