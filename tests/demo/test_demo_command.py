import io

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from portal.accounts.models import User
from portal.centres.models import Centre
from portal.demo.models import DemoMark
from portal.demo.queries import contents, marked, refuse_marked_database
from portal.learners.models import Learner
from tests.factories.people import CentreFactory, UserFactory


def demo(*options: str) -> str:
    out = io.StringIO()
    call_command("demo", *options, stdout=out)
    return out.getvalue()


def people_and_counts():
    return list(User.objects.order_by("pk").values_list("email", flat=True)), contents()


@pytest.fixture
def remade_tables(transactional_db):
    """New tables have their triggers again, of which the suite has switched one off to empty tables after a test."""
    yield
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_truncate")


def test_a_reset_makes_the_tables_anew_as_often_as_asked(remade_tables):
    said = demo()
    first = people_and_counts()
    assert "12345 Northgate College, series 2024-06: ready 34, blocked 3, claimed 88, issued 0" in said
    assert "officer@northgate.example" in said
    Learner.objects.filter(candidate_number="3004").update(family_name="Changed")
    UserFactory(email="visitor@northgate.example")
    for _ in range(2):
        assert demo() == said
        assert people_and_counts() == first
    assert not Learner.objects.filter(family_name="Changed").exists()


@pytest.mark.django_db
def test_if_empty_loads_once_and_then_leaves_everything_as_it_is():
    assert "Northgate College" in demo("--if-empty")
    Learner.objects.filter(candidate_number="3004").update(family_name="Changed")
    assert demo("--if-empty") == ""
    assert Learner.objects.filter(family_name="Changed").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("factory", [UserFactory, CentreFactory])
@pytest.mark.parametrize("options", [(), ("--if-empty",)])
def test_a_database_that_may_be_real_is_refused_and_left_alone(factory, options):
    factory()
    before = (User.objects.count(), Centre.objects.count())
    with pytest.raises(CommandError, match="not marked as a demonstration, so nothing was changed"):
        demo(*options)
    assert (User.objects.count(), Centre.objects.count(), marked()) == (*before, False)


@pytest.mark.django_db
def test_without_the_demo_setting_nothing_is_loaded(monkeypatch):
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(CommandError, match="PORTAL_DEMO=1"):
        demo()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_real_portal_refuses_a_marked_database(monkeypatch, demonstration):
    refuse_marked_database()
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(ImproperlyConfigured, match="This database holds a demonstration"):
        refuse_marked_database()
    DemoMark.objects.all().delete()
    refuse_marked_database()
