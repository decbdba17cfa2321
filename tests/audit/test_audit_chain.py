from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.core.management import call_command
from django.db import transaction

from portal.accounts.models import User
from portal.audit import sentences
from portal.audit.actions import Act, record, record_many
from portal.audit.models import Entry, Head
from portal.audit.queries import timeline, verify
from portal.centres.models import Centre

AT = datetime(2024, 6, 28, 8, 44, 0, 123456, tzinfo=UTC)
sentences.register({"test.done": "{count} things done by {who}", "test.named": "Named {missing_then}"})


@pytest.fixture
def centre():
    return Centre.objects.create(number="54321", name="Testwell", nation="england")


@pytest.fixture
def other():
    return Centre.objects.create(number="54322", name="Otherwell", nation="england")


@pytest.fixture
def person():
    return User.objects.create(email="p@testwell.example", name="Pat Person", joined_at=AT)


def done(subject, centre=None, by=None, at=AT, **data):
    return record(verb="test.done", by=by, at=at, subject=subject, centre=centre, data=data)


@pytest.mark.django_db
def test_entries_of_a_centre_form_one_chain(centre, other, person):
    first, second = done(centre, centre, by=person, count=1), done(centre, centre, count=2)
    elsewhere, system = done(other, other), done(person)
    assert [(e.chain, e.seq, e.previous) for e in (first, second, elsewhere, system)] == [
        ("54321", 1, ""),
        ("54321", 2, first.hash),
        ("54322", 1, ""),
        ("system", 1, ""),
    ]
    assert (first.subject, first.subject_id, first.actor_id) == ("centres.Centre", str(centre.pk), person.pk)
    assert verify() == {"entries": 4, "chains": 3, "broken": []}


@pytest.mark.django_db
def test_the_hash_holds_whatever_zone_the_instant_came_in(centre):
    done(centre, centre, at=AT.astimezone(timezone(timedelta(hours=5, minutes=30))), on=AT.date(), nested={"ids": (1,)})
    assert verify()["broken"] == []


@pytest.mark.django_db
def test_many_entries_cost_one_lock_and_two_writes_a_chain(centre, django_assert_num_queries):
    done(centre, centre)
    acts = [Act("test.done", None, AT, centre, centre, {"count": n}) for n in range(90)]
    with django_assert_num_queries(3):
        entries = record_many(acts)
    assert [e.seq for e in entries] == list(range(2, 92))
    assert verify() == {"entries": 91, "chains": 1, "broken": []}


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{"why": "x" * 81}, {"deep": [{"a": "y" * 200}]}, {"z" * 81: 1}, {"mark": 1.5}])
def test_free_text_and_fractions_are_refused(centre, data):
    with pytest.raises(ValueError, match="Audit data holds"):
        done(centre, centre, **data)
    assert Entry.objects.count() == 0


@pytest.mark.django_db
def test_a_verb_without_a_sentence_is_refused(centre):
    with pytest.raises(ValueError, match=r"test\.unheard"):
        record(verb="test.unheard", by=None, at=AT, subject=centre)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded():
    centre = Centre.objects.create(number="54321", name="Testwell", nation="england")
    with pytest.raises(RuntimeError, match="transaction"):
        done(centre, centre)
    with transaction.atomic():
        done(centre, centre)
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_a_timeline_reads_newest_first_with_names_from_one_query(centre, person, django_assert_num_queries):
    done(centre, centre, by=person, count=34)
    done(centre, centre, count=1, at=AT - timedelta(days=1))
    record(verb="test.named", by=None, at=AT, subject=person)
    with django_assert_num_queries(1):
        told = timeline(subject=centre)
    shown = [(row["sentence"], row["at"], row["actor_id"], row["who"]) for row in told]
    assert shown == [
        ("1 things done by The portal", AT - timedelta(days=1), None, "The portal"),
        ("34 things done by Pat Person", AT, person.pk, "Pat Person"),
    ]
    assert timeline(subject="accounts.User", subject_id=person.pk)[0]["sentence"] == "Named …"
    assert len(timeline(subject=Centre, subject_ids=[centre.pk], limit=1)) == 1


def change(centre, **values):
    Entry.objects.filter(chain=centre.number, seq=2).update(**values)


def edit_data(centre, other):
    change(centre, data={"count": 99})


def edit_actor(centre, other):
    change(centre, actor_id=7)


def edit_instant(centre, other):
    change(centre, at=AT + timedelta(microseconds=1))


def delete(centre, other):
    Entry.objects.filter(chain=centre.number, seq=2).delete()


def delete_and_close_the_gap(centre, other):
    delete(centre, other)
    Entry.objects.filter(chain=centre.number, seq=3).update(seq=2)


def insert(centre, other):
    model = Entry.objects.get(chain=centre.number, seq=3)
    Entry.objects.create(
        chain=centre.number,
        seq=4,
        at=AT,
        verb="test.done",
        subject="",
        subject_id="",
        previous=model.hash,
        hash="f" * 64,
    )


def reorder(centre, other):
    rows = Entry.objects.filter(chain=centre.number)
    rows.filter(seq=2).update(seq=9)
    rows.filter(seq=3).update(seq=2)
    rows.filter(seq=9).update(seq=3)


def swap_between_centres(centre, other):
    rows = Entry.objects.filter(seq=2)
    rows.filter(chain=centre.number).update(chain="moved")
    rows.filter(chain=other.number).update(chain=centre.number)
    rows.filter(chain="moved").update(chain=other.number)


def cut_the_tail(centre, other):
    Entry.objects.filter(chain=centre.number, seq=3).delete()


def cut_everything(centre, other):
    Entry.objects.filter(chain=centre.number).delete()


def cut_the_tail_and_the_head(centre, other):
    cut_the_tail(centre, other)
    Head.objects.filter(chain=centre.number).delete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tamper", "places"),
    [
        (edit_data, [("54321", 2)]),
        (edit_actor, [("54321", 2)]),
        (edit_instant, [("54321", 2)]),
        (delete, [("54321", 3)]),
        (delete_and_close_the_gap, [("54321", 2)]),
        (insert, [("54321", 4)]),
        (reorder, [("54321", 2)]),
        (swap_between_centres, [("54321", 2), ("54322", 2)]),
        (cut_the_tail, [("54321", 3)]),
        (cut_everything, [("54321", 1)]),
        (cut_the_tail_and_the_head, [("54321", 2)]),
    ],
)
def test_every_kind_of_tampering_is_found_at_its_first_row(centre, other, tamper, places, without_triggers):
    for count in range(3):
        done(centre, centre, count=count)
        done(other, other, count=count)
    assert verify()["broken"] == []
    without_triggers()
    tamper(centre, other)
    assert [(bad["chain"], bad["seq"]) for bad in verify()["broken"]] == places


@pytest.mark.django_db
def test_the_command_prints_json_and_fails_when_a_chain_is_broken(centre, capsys, without_triggers):
    done(centre, centre, count=1)
    call_command("verify_audit", "--json")
    assert capsys.readouterr().out == '{"entries": 1, "chains": 1, "broken": []}\n'
    without_triggers()
    Entry.objects.update(verb="test.named")
    with pytest.raises(SystemExit) as stop:
        call_command("verify_audit")
    assert stop.value.code == 1
    assert capsys.readouterr().out == (
        "1 entries in 1 chains, 1 broken.\nChain 54321, entry 1: was changed after it was written.\n"
    )
