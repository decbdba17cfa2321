"""Fill the ticket desk: `python -m tests.bench.others.helpdesk_rows <tickets>` prints a session key and an address."""

import json
import os
import sys
from base64 import b64encode

import django

_TICKETS = """
INSERT INTO helpdesk_ticket (id, title, queue_id, created, modified, submitter_email, status, on_hold, description,
    resolution, priority, secret_key)
SELECT n, 'Question ' || n, 1 + n %% 10, TIMESTAMPTZ '2024-01-01' + n * INTERVAL '2 minutes',
    TIMESTAMPTZ '2024-06-01', 'person' || n || '@example.org', 1 + n %% 4, false, 'What is to be done?', '',
    1 + n %% 5, 'secret-' || n
FROM generate_series(1, %s) n
"""


def main(tickets: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.others.helpdesk_settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _fill(tickets)
    query = b64encode(
        json.dumps({"filtering": {"status__in": [1, 2]}, "sorting": "created", "search_string": ""}).encode()
    )
    print(_session(), f"/datatables_ticket_list/{query.decode()}?draw=1&start=0&length=50")


def _fill(tickets: int) -> None:
    from django.db import connection
    from helpdesk.models import Queue, Ticket

    if Ticket.objects.count() == tickets:
        return
    Ticket.objects.all().delete()
    for number in range(1, 11):
        Queue.objects.get_or_create(pk=number, defaults={"title": f"Queue {number}", "slug": f"queue-{number}"})
    with connection.cursor() as cursor:
        cursor.execute(_TICKETS, [tickets])
        cursor.execute("VACUUM ANALYZE")


def _session() -> str:
    from django.contrib.auth.models import User
    from django.test import Client

    user, _ = User.objects.get_or_create(username="staff", defaults={"is_staff": True, "is_superuser": True})
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    main(int(sys.argv[1]))
