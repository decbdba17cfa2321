"""What only PostgreSQL can show: refusals by trigger, and eight writers at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from portal.audit import actions, sentences
from portal.audit.models import Entry, Head
from portal.audit.queries import verify
from portal.audit.rules import Link, link_hash
from portal.centres.models import Centre

AT = datetime(2024, 6, 28, 8, 44, tzinfo=UTC)
WRITERS, EACH = 8, 25
sentences.register({"test.raced": "Raced"})


def append(centre):
    with transaction.atomic():
        actions.record(verb="test.raced", by=None, at=AT, subject=centre, centre=centre, data={"count": 1})


def append_without_the_lock(centre):
    """The control: reads the end of the chain without holding it."""
    with transaction.atomic():
        head = Head.objects.get_or_create(chain=centre.number)[0]
        link = Link(centre.number, head.seq + 1, AT, None, "test.raced", "", "", {})
        entry = Entry(**link._asdict(), previous=head.hash, hash=link_hash(link, head.hash))
        Entry.objects.bulk_create([entry])
        Head.objects.filter(pk=head.pk).update(seq=link.seq, hash=entry.hash)


def race(write, centre):
    start = Barrier(WRITERS)

    def one_writer():
        start.wait()
        try:
            for _ in range(EACH):
                write(centre)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(one_writer) for _ in range(WRITERS)]:
            done.result()


def forks():
    """How many entries claim a place after an entry that already has a successor."""
    return sum(times - 1 for times in Counter(Entry.objects.values_list("chain", "previous")).values())


@pytest.fixture
def centre(transactional_db):
    return Centre.objects.create(number="54321", name="Testwell", nation="england")


@pytest.fixture
def numbers_may_repeat(centre):
    """The unique number would turn the control's forks into errors; the control must show them."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DROP CONSTRAINT audit_chain_seq_once")
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_entry")
        cursor.execute("ALTER TABLE audit_entry ADD CONSTRAINT audit_chain_seq_once UNIQUE (chain, seq)")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_writers_never_fork_a_chain(centre):
    race(append, centre)
    assert forks() == 0
    assert verify() == {"entries": WRITERS * EACH, "chains": 1, "broken": []}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_the_chain_forks(centre, numbers_may_repeat):
    race(append_without_the_lock, centre)
    assert forks() > 0
    assert verify()["broken"] != []


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET verb = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
def test_the_database_refuses_to_change_an_entry(statement):
    centre = Centre.objects.create(number="54321", name="Testwell", nation="england")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_no_truncate")
    with transaction.atomic():
        actions.record(verb="test.raced", by=None, at=AT, subject=centre, centre=centre)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.count() == 1
