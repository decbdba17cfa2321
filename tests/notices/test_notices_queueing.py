from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import connection

from portal.accounts.models import User
from portal.centres.models import Centre
from portal.notices.actions import Letter, queue, queue_many
from portal.notices.models import Notice, Preference

AT = datetime(2024, 6, 28, 8, 44, tzinfo=UTC)
WORDS = {"count": 3, "by": "Friday 5 July"}


@pytest.fixture
def centre(db):
    return Centre.objects.create(number="54321", name="St Anne's & St John's", nation="england")


@pytest.fixture
def person(db):
    return User.objects.create(email="p@testwell.example", name="Pat Person", joined_at=AT)


def letter(key, **values):
    defaults = {"kind": "reminder", "address": "p@testwell.example", "template": "test", "context": WORDS}
    return Letter(dedupe_key=key, **{**defaults, **values})


def test_a_message_is_rendered_once_as_text_and_html(centre, person):
    notice = queue(
        kind="reminder",
        dedupe_key="one",
        address=person.email,
        at=AT,
        template="test",
        context=WORDS,
        centre=centre,
        user=person,
    )
    assert notice.subject == "3 learners still need a claim by Friday 5 July"
    assert notice.text == (
        "Claim for 3 learners by Friday 5 July.\n\n"
        "This is what a mail of the portal looks like.\n\n"
        "Claim now: http://localhost:8000/\n\n"
        "You get this because you work with exams at St Anne's & St John's (54321).\n"
        "Choose which mail you get: http://localhost:8000/c/54321/messages/preferences/\n\n"
        "Exams Office\nhttp://localhost:8000\n"
    )
    assert "St Anne&#x27;s &amp; St John&#x27;s" in notice.html
    assert (notice.delivery, notice.queued_at, notice.send_after) == ("queued", AT, AT)


def test_the_same_key_is_queued_once_and_stands_as_it_was(centre):
    first = queue_many([letter("one")], at=AT)
    again = queue_many([letter("one", context={"count": 9, "by": "Monday"}), letter("two")], at=AT)
    assert [notice.pk for notice in first] == [again[0].pk]
    assert again[0].subject == "3 learners still need a claim by Friday 5 July"
    assert Notice.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "delivery"), [("reminder", "none"), ("claims.receipt", "queued"), ("security", "queued")]
)
def test_a_person_may_have_reminders_on_the_pages_only(person, kind, delivery):
    Preference.objects.create(user=person, kind="reminder", by_mail=False)
    Preference.objects.create(user=person, kind="security", by_mail=False)
    assert queue_many([letter("one", kind=kind, user=person)], at=AT)[0].delivery == delivery


def test_thousands_cost_a_few_statements(person, django_assert_max_num_queries):
    letters = [letter(f"many:{n}", user=person) for n in range(1000)]
    with django_assert_max_num_queries(45):  # SQLite takes about fifty rows a statement, PostgreSQL five hundred
        assert len(queue_many(letters, at=AT)) == 1000
    assert queue_many(letters, at=AT)[999].dedupe_key == "many:999"
    assert Notice.objects.count() == 1000


@pytest.fixture
def outbox(db, settings):
    """Django's test runner puts its own backend in the way of ours."""
    settings.EMAIL_BACKEND = "portal.notices.backends.Outbox"


def test_every_mail_of_every_library_becomes_a_row_for_each_address(outbox):
    mail = EmailMultiAlternatives("Two\n lines", "Plain words", to=["a@x.example"], cc=["b@x.example", "a@x.example"])
    mail.attach_alternative("<p>Rich words</p>", "text/html")
    assert mail.send() == 1
    rows = Notice.objects.order_by("id").values_list("address", "subject", "text", "html", "kind", "secret", "delivery")
    assert list(rows) == [
        ("a@x.example", "Two lines", "Plain words", "<p>Rich words</p>", "mail", False, "queued"),
        ("b@x.example", "Two lines", "Plain words", "<p>Rich words</p>", "mail", False, "queued"),
    ]


def test_a_mail_with_a_reset_link_is_secret(outbox):
    send_mail("Reset", "Go to http://x/accounts/password/reset/key/1-abc/", None, ["a@x.example"])
    assert Notice.objects.get().secret is True


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_planners_queue_each_message_once():
    start = Barrier(8)

    def plan():
        start.wait()
        try:
            return [notice.pk for notice in queue_many([letter(f"raced:{n}") for n in range(50)], at=AT)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = [run.result() for run in [pool.submit(plan) for _ in range(8)]]
    assert Notice.objects.count() == 50
    assert all(answer == answers[0] for answer in answers)
