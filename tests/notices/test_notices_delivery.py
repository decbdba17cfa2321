import json
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.core.management import call_command

from portal.notices.actions import Letter, cancel, deliver, queue_many
from portal.notices.models import Heartbeat, Notice
from portal.notices.rules import LEASE, RETRY_DELAYS
from tests.notices.sinks import free_port

AT = datetime(2024, 6, 28, 8, 44, tzinfo=UTC)
SOON = timedelta(seconds=5)
pytestmark = pytest.mark.django_db


def queued(*addresses, secret=False):
    words = {"count": 3, "by": "Friday 5 July – at the latest"}
    letters = [Letter("security", f"key:{one}", one, "test", words, secret=secret) for one in addresses]
    return queue_many(letters, at=AT)


def states():
    return dict(Notice.objects.values_list("address", "delivery"))


def test_one_connection_takes_everything_that_waits(sink):
    first = queued("a@x.example", "b@x.example")[0]
    assert deliver(at=AT) == {"sent": 2, "failed": 0, "unknown": 0, "left": 0}
    assert [mail["To"] for mail in sink.taken] == ["a@x.example", "b@x.example"]
    mail = sink.taken[0]
    assert mail["Subject"] == "3 learners still need a claim by Friday 5 July – at the latest"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == first.text
    assert mail.get_body(("html",)).get_content().replace("\r\n", "\n") == first.html
    first.refresh_from_db()
    assert (first.message_id, first.attempts) == (mail["Message-ID"], 1)
    assert timedelta() <= first.sent_at - AT < SOON
    assert deliver(at=AT) == {"sent": 0, "failed": 0, "unknown": 0, "left": 0}
    assert len(sink.taken) == 2
    assert Heartbeat.objects.get(sweep="deliver").count == 0


def test_what_is_not_due_and_what_was_cancelled_waits(sink):
    late, gone = queued("late@x.example", "gone@x.example")
    Notice.objects.filter(pk=late.pk).update(send_after=AT + timedelta(hours=1))
    assert cancel(notices=[gone.pk], at=AT) == 1
    assert deliver(at=AT) == {"sent": 0, "failed": 0, "unknown": 0, "left": 1}
    assert deliver(at=AT + timedelta(hours=1))["sent"] == 1
    assert states() == {"late@x.example": "sent", "gone@x.example": "none"}
    assert cancel(notices=[late.pk], at=AT) == 0


def test_secret_mail_is_blanked_once_it_is_sent(sink):
    queued("a@x.example", secret=True)
    deliver(at=AT)
    assert Notice.objects.values_list("text", "html", "delivery").get() == ("", "", "sent")
    assert "Claim for 3 learners" in sink.taken[0].get_body(("plain",)).get_content()


def refuse_bad(answer):
    return lambda sink, server, address: answer if address == "bad@x.example" else None


def hang_up(sink, server, address):
    if address == "bad@x.example":
        server.transport.abort()


@pytest.mark.parametrize(
    ("command", "act", "state"),
    [
        ("RCPT", refuse_bad("550 No such person"), "failed"),
        ("RCPT", refuse_bad("451 Try later"), "queued"),
        ("DATA", refuse_bad("554 Not wanted"), "failed"),
        ("DATA", refuse_bad("452 Full"), "queued"),
        ("RCPT", refuse_bad("421 Closing"), "queued"),
        ("RCPT", hang_up, "queued"),
        ("DATA", hang_up, "unknown"),
    ],
)
def test_a_fault_at_one_mail_leaves_the_others_alone(sink, command, act, state):
    queued("a@x.example", "bad@x.example", "c@x.example")
    sink.script[command] = act
    tally = deliver(at=AT)
    assert states() == {"a@x.example": "sent", "bad@x.example": state, "c@x.example": "sent"}
    assert tally == {
        "sent": 2,
        "failed": int(state == "failed"),
        "unknown": int(state == "unknown"),
        "left": int(state == "queued"),
    }
    bad = Notice.objects.get(address="bad@x.example")
    assert bad.fault != ""
    assert bad.leased_until is None
    if state == "queued":
        assert RETRY_DELAYS[0] <= bad.send_after - AT < RETRY_DELAYS[0] + SOON
        sink.script.clear()
        assert deliver(at=AT + RETRY_DELAYS[0] + SOON)["sent"] == 1


def test_a_mail_that_never_gets_through_is_parked_after_the_last_delay(sink):
    queued("bad@x.example")
    sink.script["RCPT"] = refuse_bad("451 Try later")
    at, tries = AT, 0
    while states()["bad@x.example"] == "queued":
        deliver(at=at)
        at, tries = at + timedelta(days=1), tries + 1
    assert tries == len(RETRY_DELAYS) + 1
    assert states() == {"bad@x.example": "failed"}


def test_a_poisoned_mail_is_parked_and_the_others_flow(sink):
    queued("no address", "c@x.example")
    assert deliver(at=AT) == {"sent": 1, "failed": 1, "unknown": 0, "left": 0}
    assert states() == {"no address": "failed", "c@x.example": "sent"}


def test_when_no_server_answers_nothing_is_touched(settings):
    settings.MAIL_TRANSPORT = {
        "kind": "smtp",
        "host": "127.0.0.1",
        "port": free_port(),
        "username": "",
        "password": "",
        "use_ssl": False,
    }
    queued("a@x.example")
    assert deliver(at=AT) == {"sent": 0, "failed": 0, "unknown": 0, "left": 1}
    assert Notice.objects.values_list("attempts", "send_after").get() == (0, AT)


def test_a_mail_whose_sender_died_is_left_to_a_person(sink):
    dead, secret = queued("a@x.example")[0], queued("b@x.example", secret=True)[0]
    rows = Notice.objects.filter(pk__in=[dead.pk, secret.pk])
    rows.update(delivery="sending", leased_until=AT + LEASE)
    assert deliver(at=AT + LEASE - SOON)["unknown"] == 0
    assert deliver(at=AT + LEASE)["unknown"] == 2
    assert deliver(at=AT + 2 * LEASE) == {"sent": 0, "failed": 0, "unknown": 0, "left": 0}
    assert states() == {"a@x.example": "unknown", "b@x.example": "unknown"}
    assert sorted(rows.values_list("text", flat=True))[0] == ""
    assert sink.taken == []


def test_a_folder_gets_one_file_a_mail(settings, tmp_path, capsys):
    settings.MAIL_TRANSPORT = {"kind": "file", "folder": tmp_path / "mail"}
    queued("a@x.example", "b@x.example")
    call_command("deliver", "--json")
    assert json.loads(capsys.readouterr().out) == {"sent": 2, "failed": 0, "unknown": 0, "left": 0}
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    mail = message_from_bytes(files[0].read_bytes(), policy=default)
    assert mail["To"] == "a@x.example"
    assert b"Claim now: http://localhost:8000/\r\n" in files[0].read_bytes()


def test_a_mail_server_without_encryption_gets_no_password(sink, settings):
    settings.MAIL_TRANSPORT = {**settings.MAIL_TRANSPORT, "username": "u", "password": "p", "host": "127.0.0.2"}
    queued("a@x.example")
    assert deliver(at=AT)["left"] == 1
