"""Messages reach a real program, and what becomes of those that do not."""

import hashlib
import hmac
import json
import time
from collections import Counter
from datetime import date, timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import call_command

from portal import clock
from portal.audit.models import Entry
from portal.centres.models import Centre, Delegation, Membership
from portal.errors import Refused
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
from tests.factories.hooks import AT, NOWHERE, happened, hook_of, receiving
from tests.factories.people import CentreFactory, MembershipFactory, UserFactory
from tests.jobs.processes import free_port

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=5)


def sweep(**later):
    """One sweep now, or so much later."""
    return deliver(at=AT, wall=clock.wall() + timedelta(**later))


def officer_of(centre):
    return MembershipFactory(centre=centre, role="officer").user


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
    assert tally == {"delivered": 3, "failed": 3, "given_up": 0, "left": 0}
    told = {(row.attempts, row.fault) for row in Delivery.objects.filter(hook=down)}
    assert told == {(1, "The receiver refused the connection.")}


def test_a_backlog_for_a_dead_receiver_stops_nobody_elses_message(centre, receiver):
    """520 messages of one centre are older than the only one of another."""
    hook_of(centre, f"http://localhost:{free_port()}/", name="Down")
    happened(centre, 520)
    other = CentreFactory()
    hook_of(other, receiver.url)
    happened(other)
    assert sweep() == {"delivered": 1, "failed": 520, "given_up": 0, "left": 0}
    assert [taken.said["centre"] for taken in receiver.taken] == [other.number]


def test_webhooks_take_turns(centre, receiver):
    """The list of a sweep is full before the backlog of one is through, and the other is in it all the same."""
    hook_of(centre, receiver.url)
    happened(centre, 20)
    other = CentreFactory()
    hook_of(other, receiver.url)
    happened(other)
    assert deliver(at=AT, wall=clock.wall(), limit=3)["delivered"] == 3
    assert [taken.said["centre"] for taken in receiver.taken] == ["12345", other.number, "12345"]


def test_a_silent_receiver_waits_as_a_whole_and_longer_each_time(centre, hook, receiver):
    Hook.objects.filter(pk=hook.pk).update(url=f"http://localhost:{free_port()}/")
    start = clock.wall() + SOON
    for times, minutes in enumerate([1, 5, 30, 30], start=1):
        happened(centre)
        assert deliver(at=AT, wall=start)["failed"] >= 1
        hook.refresh_from_db()
        assert hook.silences == times
        assert timedelta() <= hook.silent_until - start - timedelta(minutes=minutes) < timedelta(seconds=30)
        happened(centre)
        assert deliver(at=AT, wall=start + timedelta(seconds=40)) == dict.fromkeys(
            ("delivered", "failed", "given_up", "left"), 0
        )
        start += timedelta(minutes=minutes, seconds=30)
    Hook.objects.filter(pk=hook.pk).update(url=receiver.url)
    assert deliver(at=AT, wall=start)["delivered"] >= 1
    hook.refresh_from_db()
    assert (hook.silences, hook.silent_until) == (0, None)


def test_a_backlog_for_a_dead_receiver_is_given_up_after_the_last_delay(centre, hook):
    Hook.objects.filter(pk=hook.pk).update(url=f"http://localhost:{free_port()}/")
    happened(centre, 3)
    wall = clock.wall()
    for delay in RETRY_DELAYS:
        assert deliver(at=AT, wall=wall)["failed"] == 3
        wall += delay + SOON
    assert deliver(at=AT, wall=wall)["given_up"] == 3
    assert set(Delivery.objects.values_list("state", "attempts")) == {("given_up", 7)}


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
    assert (tally["failed"], tally["left"], len(receiver.taken)) == (2, 0, 1)
    assert set(Delivery.objects.values_list("attempts", "status")) == {(1, None)}


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
    delivering._send(held, watch, Counter())
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
        make_hook(centre=other, name="Theirs", url=theirs.url, events=["claim.made"], by=officer_of(other), at=AT)
        happened(centre)
        sweep()
        assert (len(receiver.taken), len(theirs.taken)) == (1, 0)
        happened(other)
        sweep()
        assert (len(receiver.taken), [taken.said["centre"] for taken in theirs.taken]) == (1, [other.number])


def senco_with_people(centre):
    """May make webhooks, and may not see claims."""
    user = MembershipFactory(centre=centre, role="senco").user
    Delegation.objects.create(
        centre=centre,
        user=user,
        bundle="people",
        from_on=date(2024, 6, 1),
        to_on=date(2024, 7, 31),
        given_by=UserFactory(),
        given_at=AT,
    )
    return user


def test_nobody_subscribes_to_what_they_may_not_see(centre):
    about = {"centre": centre, "url": NOWHERE, "at": AT}
    senco = senco_with_people(centre)
    with pytest.raises(Refused, match=r"may not see what claim\.made tells"):
        make_hook(**about, name="Mine", events=["claim.made", "date.changed"], by=senco)
    assert Hook.objects.count() == 0
    make_hook(**about, name="Mine", events=["date.changed"], by=senco)
    make_hook(**about, name="The office's", events=["claim.made"], by=officer_of(centre))
    assert Hook.objects.count() == 2


def test_a_webhook_whose_maker_may_no_longer_see_claims_is_paused_and_tells_nothing(centre, hook, receiver):
    head = MembershipFactory(centre=centre, role="head").user
    happened(centre)
    Membership.objects.filter(user=hook.made_by).update(to_on=date(2024, 6, 27))
    assert sweep()["delivered"] == 0
    hook.refresh_from_db()
    assert (receiver.taken, states(), hook.paused_at is not None, hook.paused_by) == ([], ["waiting"], True, None)
    assert hook.paused_because.startswith(f"{hook.made_by.name}, who made it, may not see what claim.made")
    assert Notice.objects.filter(address=head.email, subject__startswith="A webhook is paused").count() == 1
    assert Entry.objects.filter(verb="hooks.beyond").count() == 1
    with pytest.raises(Refused, match="who made it, may not see"):
        resume_hook(hook=hook, version=hook.version, by=head, at=AT)
    Membership.objects.filter(user=hook.made_by).update(to_on=None)
    resume_hook(hook=hook, version=hook.version, by=head, at=AT)
    assert sweep()["delivered"] == 1


def test_control_a_maker_who_may_see_claims_is_served(centre, hook, receiver):
    happened(centre)
    assert (sweep()["delivered"], len(receiver.taken)) == (1, 1)
