import pytest
from django.db import connection


@pytest.fixture
def without_triggers(db):
    """Call it to become the insider whom PostgreSQL's triggers do not stop; the test's rollback undoes it."""

    def disable():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")

    return disable


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit empty the tables afterwards, which the truncate trigger rightly refuses."""
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_truncate")
