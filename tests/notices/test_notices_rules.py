from datetime import UTC, datetime, timedelta

import pytest

from portal.notices import rules
from portal.notices.models import Delivery

AT = datetime(2024, 6, 28, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_every_state_has_its_moves_and_every_move_leads_to_a_state():
    assert set(rules.MOVES) == set(Delivery.values)
    assert {state for moves in rules.MOVES.values() for state in moves} <= set(Delivery.values)


def test_retries_grow_and_end():
    delays = [rules.retry_delay(attempts) for attempts in range(1, 8)]
    assert delays == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 1080)] + [None]


@pytest.mark.parametrize(
    ("kind", "choice"),
    [
        ("reminder", "reminder"),
        ("reminders", "reminder"),
        ("claims.receipt", "receipt"),
        ("receipts", "receipt"),
        ("decision", "receipt"),
        ("question", None),
        ("news", "news"),
        ("security", None),
        ("people.invitation", None),
        ("mail", None),
    ],
)
def test_only_some_kinds_may_be_switched_off(kind, choice):
    assert rules.choice_of(kind) == choice


@pytest.mark.parametrize(
    ("delivery", "secret", "may"),
    [
        ("sent", False, True),
        ("failed", False, True),
        ("unknown", False, True),
        ("none", False, True),
        ("queued", False, False),
        ("sending", False, False),
        ("sent", True, False),
    ],
)
def test_a_copy_may_be_asked_for_once_the_first_is_off_our_hands(delivery, secret, may):
    assert rules.may_send_again(delivery=delivery, secret=secret) is may


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("http://x/accounts/password/reset/key/a-b1c2/", True),
        ("http://x/accounts/confirm-email/MQ:1abc/", True),
        ("http://x/people/invitation/f00/", True),
        ("http://x/c/12345/claims/", False),
        ("You changed your password.", False),
    ],
)
def test_a_link_that_lets_its_reader_in_makes_a_mail_secret(text, secret):
    assert rules.holds_secret(text) is secret


def test_a_subject_is_one_line_of_at_most_200_characters():
    assert rules.one_line("  3 learners\n by Friday\r\n") == "3 learners by Friday"
    assert rules.one_line("x" * 201) == "x" * 199 + "…"


@pytest.mark.parametrize(
    ("ahead", "send_after", "due"),
    [
        (timedelta(), None, AT),
        (timedelta(), AT - HOUR, AT),
        (timedelta(), AT + HOUR, AT + HOUR),
        (timedelta(days=-900), AT - timedelta(days=900) + HOUR, AT - timedelta(days=900) + HOUR),  # long past
        (timedelta(days=900), None, AT),
        (timedelta(days=900), AT + timedelta(days=900) + HOUR, AT + HOUR),
    ],
)
def test_a_mail_waits_as_long_on_the_real_clock_as_on_the_domains(ahead, send_after, due):
    assert rules.due_at(send_after=send_after, queued_at=AT + ahead, wall=AT) == due


def test_a_message_id_is_the_same_for_every_attempt():
    first, second = (rules.message_id(number=7, dedupe_key="a", host="x.example") for _ in range(2))
    assert first == second == "<notice-7-ca978112ca1bbdca@x.example>"
