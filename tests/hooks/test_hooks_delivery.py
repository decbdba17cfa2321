"""Messages reach a real program, and what becomes of those that do not."""

import hashlib
import hmac
import json
import time
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import call_command

from portal import clock
from portal.audit.models import Entry
from portal.centres.models import Centre
from portal.hooks.actions import (
    deliver,
    delivering,
    make_hook,
    pause_hook,
    posting,
    prune,
    replay,
    replay_failed,
    resume_hook,
    revoke_hook,
    rotate_secret,
    send_test,
)
from portal.hooks.models import Delivery, Event, Hook
from portal.hooks.rules.retrying import KEPT_FOR, LEASE, RETRY_DELAYS
from portal.notices.models import Notice
from tests.factories.hooks import AT, happened, hook_of, receiving
from tests.factories.people import CentreFactory, MembershipFactory, UserFactory
from tests.jobs.processes import free_port

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=5)


def sweep(**later):
    """One sweep now, or so much later."""
    return deliver(at=AT, wall=clock.wall() + timedelta(**later))


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_message_arrives_signed_and_named(centre, receiver):
    _, secret = hook_of(centre, receiver.url)
    (delivery,) = happened(centre)
    before = int(clock.wall().timestamp())
    assert sweep() == {"delivered": 1, "failed": 0, "given_up": 0, "left": 0}
    (taken,) = receiver.taken
    stamp, signed = (part.partition("=")[2] for part in taken.headers["X-Exams-Office-Signature"].split(","))
    right = hmac.new(secret.encode(), stamp.encode() + b"." + taken.body, hashlib.sha256).hexdigest()
    assert (signed, taken.path) == (right, "/exams?from=office")
    assert before <= int(stamp) <= before + 5
    assert taken.said == {
        "id": str(delivery.event.reference),
        "event": "claim.made",
        "schema": 1,
        "occurred_at": "2024-06-28T08:42:00.000Z",
        "centre": "12345",
        "data": {"number": 0},
    }
    named = {name: taken.headers[f"X-Exams-Office-{name}"] for name in ("Event", "Event-Id", "Delivery", "Schema")}
    assert named == {
        "Event": "claim.made",
        "Event-Id": str(delivery.event.reference),
        "Delivery": str(delivery.reference),
        "Schema": "1",
    }
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.attempts, delivery.fault) == ("delivered", 204, 1, "")
    assert sweep()["delivered"] == 0


def test_the_secret_is_sealed_and_its_holder_alone_can_sign(centre):
    hook, secret = hook_of(centre)
    row = Hook.objects.filter(pk=hook.pk).values().get()
    assert secret.startswith("whsec_")
    assert [name for name, value in row.items() if secret in str(value)] == []


def answering(*statuses):
    waiting = list(statuses)
    return lambda taken, request: waiting.pop(0) if len(waiting) > 1 else waiting[0]


@pytest.mark.parametrize("status", [201, 302, 400, 404, 500, 503])
def test_what_is_not_taken_is_tried_again_later(centre, hook, receiver, status):
    happened(centre)
    receiver.answer = answering(status)
    tally = sweep()
    delivery = Delivery.objects.get()
    if status == 201:  # control: an answer that counts
        assert (tally["delivered"], delivery.state) == (1, "delivered")
        return
    assert (tally["failed"], delivery.state, delivery.status) == (1, "waiting", status)
    assert delivery.fault.startswith(f"Answered {status}")
    assert RETRY_DELAYS[0] - SOON < delivery.next_at - clock.wall() <= RETRY_DELAYS[0] + SOON
    assert len(receiver.taken) == 1  # a redirect to the receiver itself was not followed
    receiver.answer = answering(200)
    assert sweep()["delivered"] == 0
    assert sweep(minutes=1, seconds=10)["delivered"] == 1
    assert receiver.ids() == [str(delivery.event.reference)] * 2


def test_a_message_is_given_up_after_the_last_delay_and_heads_are_told_once_a_day(centre, hook, receiver):
    head = MembershipFactory(centre=centre, role="head").user
    MembershipFactory(centre=centre, role="officer")
    happened(centre, 2)
    receiver.answer = answering(500)
    tries, days = 0, 0
    while "waiting" in states():
        sweep(days=days)
        tries, days = tries + 1, days + 2
    assert (tries, states()) == (len(RETRY_DELAYS) + 1, ["given_up", "given_up"])
    mails = Notice.objects.filter(kind="security.webhook", subject__startswith="Messages to a webhook were given up")
    assert [mail.address for mail in mails] == [head.email]
    assert f"/c/12345/people/webhooks/{hook.pk}/" in mails[0].text
    sweep(days=30)
    assert len(receiver.taken) == 2 * tries


def test_410_pauses_the_webhook_and_tells_the_head(centre, hook, receiver):
    head = MembershipFactory(centre=centre, role="head").user
    happened(centre, 3)
    receiver.answer = answering(410)
    assert sweep()["given_up"] == 1
    hook.refresh_from_db()
    assert (hook.paused_at is None, hook.paused_by, hook.version) == (False, None, 2)
    assert (len(receiver.taken), states()) == (1, ["given_up", "waiting", "waiting"])
    assert Notice.objects.get(subject__startswith="A webhook is paused").address == head.email
    assert Entry.objects.get(verb="hooks.gone").actor_id is None
    assert sweep(days=3)["delivered"] == 0
    receiver.answer = answering(200)
    resume_hook(hook=hook, version=2, by=head, at=AT)
    assert sweep()["delivered"] == 2


def test_a_receiver_that_is_down_holds_up_nobody_else(centre, receiver):
    down, _ = hook_of(centre, f"http://localhost:{free_port()}/", name="Down")
    hook_of(centre, receiver.url)
    happened(centre, 3)
    tally = sweep()
    assert (tally["delivered"], tally["failed"], tally["left"]) == (3, 1, 2)
    assert list(Delivery.objects.filter(hook=down).values_list("attempts", flat=True).order_by("pk")) == [1, 0, 0]
    assert Delivery.objects.filter(hook=down, attempts=1).get().fault == "The receiver refused the connection."


def dawdling(taken, request):
    time.sleep(1.5)
    return 200


def dripping(taken, request):
    """Each byte in time, and the answer never."""
    for sign in b"HTTP/1.1 200 OK" * 20:
        request.wfile.write(bytes([sign]))
        time.sleep(0.05)


@pytest.mark.parametrize(("act", "name"), [(dawdling, "READ_SECONDS"), (dripping, "WHOLE_SECONDS")])
def test_a_slow_receiver_is_cut_off(centre, hook, receiver, monkeypatch, act, name):
    monkeypatch.setattr(posting, name, 0.4)
    happened(centre, 2)
    receiver.answer = act
    started = time.monotonic()
    tally = sweep()
    assert time.monotonic() - started < 1.4
    assert (tally["failed"], tally["left"], len(receiver.taken)) == (1, 1, 1)
    assert Delivery.objects.exclude(attempts=0).get().status is None


def hanging_up(taken, request):
    request.connection.close()


def babbling(taken, request):
    request.wfile.write(b"220 smtp.example ESMTP <script>\r\n")


def boasting(taken, request):
    request.wfile.write(b"HTTP/1.1 500 " + b"SECRET-OF-THEIRS " * 1000 + b"\r\n\r\nBODY-OF-THEIRS")


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        (hanging_up, "The connection broke off before an answer came."),
        (babbling, "The connection broke off before an answer came."),
        (boasting, "Answered 500 " + ("SECRET-OF-THEIRS " * 10)[:80].strip() + "."),
    ],
)
def test_a_receiver_that_speaks_nonsense_has_failed_and_little_of_it_is_kept(centre, hook, receiver, act, fault):
    happened(centre)
    receiver.answer = act
    assert sweep()["failed"] == 1
    assert Delivery.objects.get().fault == fault


def test_a_delivery_whose_sender_died_is_sent_again_when_its_lease_is_over(centre, hook, receiver):
    (delivery,) = happened(centre)
    now = clock.wall()
    Delivery.objects.filter(pk=delivery.pk).update(state="sending", leased_until=now + LEASE, attempts=1)
    assert deliver(at=AT, wall=now)["delivered"] == 0
    assert deliver(at=AT, wall=now + LEASE)["delivered"] == 1


def test_a_sender_that_comes_back_late_leaves_the_others_word_alone(centre, hook, receiver):
    """While it waited for its answer the lease was over, and another sweep has delivered."""
    (delivery,) = happened(centre)
    watch = delivering._Watch(AT, clock.wall())
    assert delivering._claim(delivery.pk, wall=watch.wall())
    held = Delivery.objects.select_related("hook__centre", "event").get(pk=delivery.pk)
    done = {"state": "delivered", "attempts": 2, "leased_until": None, "settled_at": AT, "status": 200}
    Delivery.objects.filter(pk=delivery.pk).update(**done)
    receiver.answer = answering(500)
    delivering._send(held, watch)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.status) == ("delivered", 2, 200)


def test_a_paused_webhook_gets_what_it_missed_when_it_is_resumed(centre, hook, receiver):
    head = UserFactory()
    paused = pause_hook(hook=hook, version=1, by=head, at=AT)
    happened(centre, 2)
    assert (sweep()["delivered"], len(receiver.taken)) == (0, 0)
    resume_hook(hook=paused, version=2, by=head, at=AT)
    assert sweep()["delivered"] == 2


def test_a_withdrawn_webhook_gets_nothing_and_its_secrets_are_forgotten(centre, hook, receiver):
    happened(centre, 2)
    first = Delivery.objects.order_by("pk")[0].pk
    Delivery.objects.filter(pk=first).update(state="sending", leased_until=AT, attempts=1)  # its sender died
    revoke_hook(hook=hook, version=1, by=UserFactory(), at=AT, wall=clock.wall())
    sweep()
    happened(centre)
    sweep(days=1)
    hook.refresh_from_db()
    assert (states(), receiver.taken, hook.sealed, hook.former) == (["stopped", "stopped"], [], "", "")


def test_a_suspended_centres_messages_wait(centre, hook, receiver):
    happened(centre)
    Centre.objects.filter(pk=centre.pk).update(suspended_at=AT)
    assert sweep()["delivered"] == 0
    Centre.objects.filter(pk=centre.pk).update(suspended_at=None)
    assert sweep()["delivered"] == 1


def signatures(taken):
    return [part[3:] for part in taken.headers["X-Exams-Office-Signature"].split(",") if part.startswith("v1=")]


def test_the_former_secret_signs_for_a_day_beside_the_new_one(centre, receiver):
    hook, old = hook_of(centre, receiver.url)
    _, new = rotate_secret(hook=hook, version=1, by=UserFactory(), at=AT, wall=clock.wall())

    def signed_by():
        happened(centre)
        sweep()
        taken = receiver.taken[-1]
        stamp = taken.headers["X-Exams-Office-Signature"].partition(",")[0][2:]
        right = {
            hmac.new(secret.encode(), stamp.encode() + b"." + taken.body, hashlib.sha256).hexdigest(): name
            for name, secret in (("old", old), ("new", new))
        }
        return [right[one] for one in signatures(taken)]

    assert signed_by() == ["new", "old"]
    Hook.objects.filter(pk=hook.pk).update(former_until=clock.wall() - SOON)
    assert signed_by() == ["new"]


def test_a_webhook_whose_key_is_lost_sends_nothing_unsigned(centre, hook, receiver, settings):
    from cryptography.fernet import Fernet

    happened(centre)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert (sweep()["failed"], receiver.taken) == (1, [])
    assert Delivery.objects.get().fault == "The secret can no longer be read. Make a new one."


def test_a_test_event_goes_to_its_webhook_alone(centre, hook, receiver):
    hook_of(centre, receiver.url, name="Another")
    send_test(hook=hook, by=UserFactory(), at=AT, wall=clock.wall())
    assert sweep()["delivered"] == 1
    assert (receiver.taken[0].said["event"], Delivery.objects.get().hook) == ("test", hook)


def test_a_replay_is_a_new_delivery_of_the_same_event(centre, hook, receiver):
    (delivery,) = happened(centre)
    sweep()
    replay(delivery=delivery, by=UserFactory(), at=AT, wall=clock.wall())
    sweep()
    first, second = receiver.taken
    assert (first.body, len(set(receiver.ids()))) == (second.body, 1)
    assert len({taken.headers["X-Exams-Office-Delivery"] for taken in receiver.taken}) == 2
    assert UUID(second.headers["X-Exams-Office-Delivery"]) != delivery.reference


def test_replaying_what_failed_leaves_out_what_arrived_since_and_what_is_on_its_way(centre, hook, receiver):
    failed, arrived, waiting, early = happened(centre, 4)
    gone = {"state": "given_up", "settled_at": AT}
    Delivery.objects.filter(pk__in=[failed.pk, arrived.pk, waiting.pk, early.pk]).update(**gone)
    Delivery.objects.create(hook=hook, event=arrived.event, made_at=AT, next_at=AT, state="delivered", settled_at=AT)
    Delivery.objects.create(hook=hook, event=waiting.event, made_at=AT, next_at=AT + timedelta(days=9999))
    Event.objects.filter(pk=early.event_id).update(occurred_at=AT - timedelta(days=2))
    again = {"hook": hook, "by": UserFactory(), "at": AT, "wall": clock.wall()}
    assert replay_failed(since=clock.london_date(AT), **again) == 1
    sweep()
    assert receiver.ids() == [str(failed.event.reference)]
    assert replay_failed(since=clock.london_date(AT) - timedelta(days=2), **again) == 1


def test_what_is_older_than_ninety_days_is_forgotten_and_the_rest_stays(centre, hook):
    old, replayed, new = happened(centre, 3)
    long_ago = clock.wall() - KEPT_FOR - SOON
    Event.objects.filter(pk__in=[old.event_id, replayed.event_id]).update(stored_at=long_ago)
    Delivery.objects.filter(pk__in=[old.pk, replayed.pk]).update(made_at=long_ago)
    Delivery.objects.filter(pk=replayed.pk).update(state="given_up", settled_at=AT)
    kept = Delivery.objects.create(hook=hook, event=replayed.event, made_at=clock.wall(), next_at=AT)
    assert prune(wall=clock.wall()) == 2
    assert set(Delivery.objects.values_list("pk", flat=True)) == {new.pk, kept.pk}
    assert set(Event.objects.values_list("pk", flat=True)) == {new.event_id, replayed.event_id}
    assert prune(wall=clock.wall()) == 0


def test_the_command_runs_one_sweep(centre, hook, receiver):
    happened(centre)
    said = StringIO()
    call_command("deliver_webhooks", "--json", stdout=said)
    assert json.loads(said.getvalue()) == {"delivered": 1, "failed": 0, "given_up": 0, "left": 0}


def test_two_centres_never_get_each_others_messages(centre, hook, receiver):
    other = CentreFactory()
    with receiving() as theirs:
        make_hook(centre=other, name="Theirs", url=theirs.url, events=["claim.made"], by=UserFactory(), at=AT)
        happened(centre)
        sweep()
        assert (len(receiver.taken), len(theirs.taken)) == (1, 0)
        happened(other)
        sweep()
        assert (len(receiver.taken), [taken.said["centre"] for taken in theirs.taken]) == (1, [other.number])
