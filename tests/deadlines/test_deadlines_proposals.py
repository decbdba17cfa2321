"""A key date moves by two people, and only those with open work are told."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deadlines.actions import approve_date, plan_reminders, propose_date, return_proposal, supersede_key_date
from deadlines.models import DateProposal, DateStatus, KeyDate, Reminder
from deadlines.queries import key_date
from deadlines.queries.affected import affected_by
from portal.audit.models import Entry
from portal.centres.models import Centre
from portal.errors import Refused, Stale
from portal.notices.models import Delivery, Notice, Preference
from tests.deadlines.conftest import at
from tests.factories.people import (
    CentreFactory,
    MembershipFactory,
    StaffMembershipFactory,
    UserFactory,
    signed_in,
)

pytestmark = pytest.mark.django_db
NOON = "2024-06-28T12:00"


@pytest.fixture
def editor(key_dates: Any) -> Any:
    return StaffMembershipFactory(role="dates").user


@pytest.fixture
def second(key_dates: Any) -> Any:
    return StaffMembershipFactory(role="admin").user


@pytest.fixture
def northgate(ledger: Any) -> Centre:
    """34 to claim and 3 blocked at one centre; nothing left at another."""
    centre = CentreFactory(number="12345", name="Northgate College")
    for role in ("officer", "deputy", "head", "reader"):
        MembershipFactory(centre=centre, role=role, user=UserFactory(email=f"{role}@northgate.example"))
    MembershipFactory(role="officer", user=UserFactory(email="officer@southbrook.example"))
    ledger.left["test.claim"][centre.pk], ledger.left["test.blocked"][centre.pk] = 34, 3
    return centre


def standing() -> KeyDate:
    row = key_date(key="claims.full_award", series="2024-06")
    assert row
    return row


def proposed(by: Any, on: date = date(2024, 7, 9)) -> DateProposal:
    return propose_date(key_date=standing(), on=on, reason=" Snow. ", by=by, at=at(NOON))


def news() -> list[Notice]:
    return list(Notice.objects.filter(kind="deadlines.news").order_by("address"))


def test_a_proposal_changes_nothing_by_itself(editor: Any, northgate: Centre) -> None:
    before = standing()
    proposal = proposed(editor)
    assert standing() == before
    assert (proposal.status, proposal.reason, proposal.proposed_by) == ("open", "Snow.", editor)
    assert news() == []
    entry = Entry.objects.get(verb="deadlines.date_proposed")
    assert entry.data == {"key": "claims.full_award", "series": "2024-06", "was": "2024-07-05", "on": "2024-07-09"}


@pytest.mark.parametrize(
    ("on", "reason", "field"),
    [(date(2024, 7, 9), " ", "reason"), (date(2024, 7, 5), "No.", "on"), (date(2024, 6, 27), "Late.", "on")],
)
def test_what_could_not_be_approved_cannot_be_proposed(editor: Any, on: date, reason: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        propose_date(key_date=standing(), on=on, reason=reason, by=editor, at=at(NOON))
    assert refused.value.field == field


def test_one_change_of_a_date_waits_at_a_time(editor: Any) -> None:
    first = proposed(editor)
    with pytest.raises(Refused, match="waits for a second person"):
        proposed(editor, date(2024, 7, 10))
    with pytest.raises(IntegrityError, match=r"proposal_open_once|key_date_id"), transaction.atomic():
        DateProposal.objects.create(
            key_date=first.key_date, on=first.on, reason="x", proposed_by=editor, proposed_at=at(NOON)
        )


def test_who_is_affected_is_counted_over_all_centres(northgate: Centre, editor: Any, ledger: Any) -> None:
    plan_reminders(as_of=at("2024-06-28T09:00"))
    Notice.objects.filter(address="deputy@northgate.example").update(delivery=Delivery.SENT)
    ledger.asked = 0
    with CaptureQueriesContext(connection) as asked:
        affected = affected_by(key_date=standing(), as_of=at(NOON))
    assert (affected.centres, affected.learners) == ({northgate.pk}, 37)
    assert (affected.moving, affected.sent) == (2, 2)
    assert (ledger.asked, len(asked)) == (2, 3)


def test_a_second_person_moves_the_date(northgate: Centre, editor: Any, second: Any) -> None:
    plan_reminders(as_of=at("2024-06-28T09:00"))
    old, proposal = standing(), proposed(editor)
    assert approve_date(proposal=proposal, by=second, at=at(NOON)) == 2
    old.refresh_from_db()
    new = standing()
    assert (old.status, old.superseded_by, new.on) == (DateStatus.SUPERSEDED, new, date(2024, 7, 9))
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decided_by, proposal.decided_at) == ("approved", second, at(NOON))
    assert Reminder.objects.filter(key_date=old, cancelled_at=None).count() == 0
    assert Notice.objects.filter(kind="reminder", delivery=Delivery.QUEUED).count() == 0
    told = Entry.objects.get(verb="deadlines.date_approved").data
    assert told == {**told, "told": 2, "was": "2024-07-05", "on": "2024-07-09"}


def test_only_those_with_open_work_are_told_and_each_once(northgate: Centre, editor: Any, second: Any) -> None:
    officer = Centre.objects.get(pk=northgate.pk).memberships.get(role="officer").user
    MembershipFactory(centre=northgate, role="deputy", user=officer)
    approve_date(proposal=proposed(editor), by=second, at=at(NOON))
    assert [row.address for row in news()] == ["deputy@northgate.example", "officer@northgate.example"]
    notice = news()[0]
    assert (notice.centre, notice.subject) == (
        northgate,
        f"Moved to Tuesday 9 July 2024: {standing().title}",
    )
    for words in (
        "moved from Friday 5 July 2024 to Tuesday 9 July 2024",
        "Why: Snow.",
        "34 learners to claim and 3 blocked learners",
        "/c/12345/dates/",
    ):
        assert words in notice.text
    assert "<strong>Tuesday 9 July 2024</strong>" in notice.html


def test_who_reads_news_on_the_pages_gets_no_mail(northgate: Centre, editor: Any, second: Any) -> None:
    deputy = northgate.memberships.get(role="deputy").user
    Preference.objects.create(user=deputy, kind="news", by_mail=False)
    approve_date(proposal=proposed(editor), by=second, at=at(NOON))
    assert [row.delivery for row in news()] == [Delivery.NONE, Delivery.QUEUED]


def test_nobody_is_told_of_a_date_without_open_work(northgate: Centre, editor: Any, second: Any) -> None:
    row = key_date(key="results.level_3", series="2024-06")
    proposal = propose_date(key_date=row, on=date(2024, 8, 16), reason="Snow.", by=editor, at=at(NOON))
    assert approve_date(proposal=proposal, by=second, at=at(NOON)) == 0
    assert news() == []


@pytest.mark.parametrize("decide", ["approve", "return"])
def test_the_proposer_is_never_the_second_person(editor: Any, decide: str) -> None:
    proposal = proposed(editor)
    with pytest.raises(Refused, match="another person"):
        if decide == "approve":
            approve_date(proposal=proposal, by=editor, at=at(NOON))
        else:
            return_proposal(proposal=proposal, remark="No.", by=editor, at=at(NOON))
    with pytest.raises(IntegrityError, match="proposal_two_people"), transaction.atomic():
        DateProposal.objects.filter(pk=proposal.pk).update(status="approved", decided_by=editor, decided_at=at(NOON))
    assert standing().on == date(2024, 7, 5)


def test_a_returned_proposal_says_why_and_frees_the_date(editor: Any, second: Any) -> None:
    proposal = proposed(editor)
    with pytest.raises(Refused) as refused:
        return_proposal(proposal=proposal, remark=" ", by=second, at=at(NOON))
    assert refused.value.field == "remark"
    return_proposal(proposal=proposal, remark=" Give the source. ", by=second, at=at(NOON))
    proposal.refresh_from_db()
    assert (proposal.status, proposal.remark, standing().on) == ("returned", "Give the source.", date(2024, 7, 5))
    with pytest.raises(Stale):
        approve_date(proposal=proposal, by=second, at=at(NOON))
    assert proposed(editor).status == "open"


def test_a_date_that_moved_meanwhile_is_not_moved_again(editor: Any, second: Any) -> None:
    proposal = proposed(editor)
    supersede_key_date(key_date=standing(), on=date(2024, 7, 8), reason="File.", by=None, at=at(NOON))
    with pytest.raises(Stale):
        approve_date(proposal=proposal, by=second, at=at(NOON))
    proposal.refresh_from_db()
    assert (proposal.status, standing().on) == ("open", date(2024, 7, 8))


# --- pages ---


def decide(proposal: DateProposal, act: str) -> str:
    return reverse("admin:deadlines_dateproposal_act", args=[proposal.pk, act])


def test_both_people_see_who_is_affected_first(client: Any, northgate: Centre, editor: Any, second: Any) -> None:
    plan_reminders(as_of=at("2024-06-28T09:00"))
    asking = reverse("admin:deadlines_keydate_act", args=[standing().pk, "propose"])
    pages = [signed_in(client, editor).get(asking), signed_in(client, second).get(decide(proposed(editor), "approve"))]
    for response in pages:
        text = response.content.decode()
        assert "1 centre with work open by this date" in text
        assert "37 learners still to be dealt with there" in text
        assert "4 reminders not sent yet" in text


def test_the_second_person_approves_on_the_page(client: Any, northgate: Centre, editor: Any, second: Any) -> None:
    proposal = proposed(editor)
    refused = signed_in(client, editor).post(decide(proposal, "approve"), {"confirmed": "yes"})
    assert "another person must decide it" in refused.content.decode()
    done = signed_in(client, second).post(decide(proposal, "approve"), {"confirmed": "yes"}, follow=True)
    assert "is now Tuesday 9 July 2024" in done.content.decode()
    assert "2 people are told" in done.content.decode()
    assert client.get(reverse("admin:deadlines_dateproposal_changelist")).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("dates", 200), ("admin", 200), ("casework", 403), ("auditor", 403)])
def test_who_may_approve(client: Any, editor: Any, role: str, status: int) -> None:
    person = signed_in(client, StaffMembershipFactory(role=role).user)
    assert person.get(decide(proposed(editor), "approve")).status_code == status


def test_the_finder_keeps_every_old_date_in_sight(client: Any, northgate: Centre, editor: Any, second: Any) -> None:
    approve_date(proposal=proposed(editor), by=second, at=at(NOON))
    again = propose_date(
        key_date=standing(), on=date(2024, 7, 12), reason="More snow.", by=editor, at=at("2024-06-29T12:00")
    )
    approve_date(proposal=again, by=second, at=at("2024-06-29T12:00"))
    reader = signed_in(client, northgate.memberships.get(role="reader").user)
    text = reader.get(reverse("deadlines:dates", kwargs={"number": "12345"})).content.decode()
    assert "Moved from <s>Tuesday 9 July</s> on Saturday 29 June 2024: More snow." in text
    assert "Moved from <s>Friday 5 July</s> on Friday 28 June 2024: Snow." in text
    assert text.count("Moved from") == 2
