"""A mail with a one-time link lets its reader in, and nobody else."""

from datetime import timedelta

import pytest
from django.test import Client

from portal import clock
from portal.notices.models import Delivery, Notice
from tests.factories.people import StaffMembershipFactory, signed_in

pytestmark = pytest.mark.django_db
LINK = "https://exams.example/invitations/abcdef0123456789"


def notice(**changes):
    at = clock.wall()
    fields = {"kind": "invitation", "address": "new@board.example", "subject": "You are invited", "text": LINK}
    times = {"queued_at": at, "waiting_since": at, "send_after": at + timedelta(days=1)}
    return Notice.objects.create(**{"dedupe_key": "k", "secret": True, **fields, **times, **changes})


@pytest.mark.parametrize("role", ["casework", "admin"])
@pytest.mark.parametrize("delivery", Delivery.values)
def test_no_staff_reads_a_link_for_one_use_in_any_state(role, delivery):
    row = notice(delivery=delivery)
    page = signed_in(Client(), StaffMembershipFactory(role=role).user).get(f"/admin/notices/notice/{row.pk}/change/")
    assert page.status_code == 200
    assert LINK not in page.content.decode()
    assert "This mail holds a link for one use" in page.content.decode()


def test_control_other_mail_is_shown_to_those_who_look_after_it():
    row = notice(secret=False)
    page = signed_in(Client(), StaffMembershipFactory(role="casework").user).get(
        f"/admin/notices/notice/{row.pk}/change/"
    )
    assert LINK in page.content.decode()
