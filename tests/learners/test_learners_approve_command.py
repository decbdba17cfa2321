from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal.learners.models import Programme
from tests.factories.claims import business
from tests.factories.people import CentreFactory

pytestmark = pytest.mark.django_db


def test_a_centre_is_approved_once():
    centre, award = CentreFactory(), business()
    for _ in range(2):
        call_command("approve_programmes", centre.number, award.code, stdout=StringIO())
    assert Programme.objects.filter(centre=centre, qualification=award, released_at=None).count() == 1


def test_an_unknown_code_approves_nothing():
    centre, award = CentreFactory(), business()
    with pytest.raises(CommandError, match="No qualification has the code NAT-XYZ"):
        call_command("approve_programmes", centre.number, award.code, "NAT-XYZ")
    with pytest.raises(CommandError, match="There is no centre 00000"):
        call_command("approve_programmes", "00000", award.code)
    assert Programme.objects.count() == 0
