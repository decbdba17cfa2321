from datetime import UTC, datetime

import pytest
from django.urls import reverse

from portal.audit import sentences
from portal.audit.actions import record
from tests.factories.people import CentreFactory, StaffMembershipFactory, signed_in

sentences.register({"test.listed": "Listed"})
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("admin", 403), ("casework", 403)])
def test_auditors_read_the_chains_and_nobody_else_does(client, role, status):
    centre = CentreFactory()
    entry = record(verb="test.listed", by=None, at=datetime(2024, 6, 28, 8, tzinfo=UTC), subject=centre, centre=centre)
    signed_in(client, StaffMembershipFactory(role=role).user)
    assert client.get(reverse("admin:audit_entry_changelist")).status_code == status
    page = reverse("admin:audit_entry_change", args=[entry.pk])
    assert client.get(page).status_code == status
    assert client.post(page, {"verb": "changed"}).status_code == 403
    assert client.post(reverse("admin:audit_entry_delete", args=[entry.pk]), {"post": "yes"}).status_code == 403
