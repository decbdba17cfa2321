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
