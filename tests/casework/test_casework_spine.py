"""A case from its opening to a changed result."""

from datetime import timedelta

import pytest
from django.http import Http404

from portal.audit.models import Entry
from portal.casework import access, kinds
from portal.casework.actions import (
    Line,
    Opening,
    add_tasks,
    assign,
    countersign,
    decide,
    do_task,
    involve,
    issue,
    move,
    open_many,
    record_received,
    reissue,
    reopen,
    send_back,
    take_next,
    write_note,
)
from portal.casework.models import Case, Decision, DecisionLine, Note, ResultChange
from portal.casework.queries import eligible_people, steps, thread, timeline, waiting_for_us
from portal.casework.rules import Part
from portal.centres.access import actor_for
from portal.errors import Refused
from portal.learners.models import Result
from portal.notices.models import Notice
from portal.web.actor import Actor
from tests.factories.casework import AT, TRIAL, Matter, member
from tests.factories.people import CentreFactory, MembershipFactory

LATER = AT + timedelta(days=3)


def decided(matter, *, grade="D", by=None, at=AT):
    line = Line(result=matter.result, new_grade=grade, reason="marking_error", comment="Question 4.")
    return decide(
        case=matter.case, kind="review", outcome="changed", reasons="A.", lines=[line], by=by or member(), at=at
    )


def refusal(act, **values):
    with pytest.raises(Refused) as refused:
        act(**values)
    return refused.value


def test_references_count_by_prefix_and_year(matter):
    more = open_many(kind="trial", openings=[Opening(matter.centre)] * 2, by=matter.officer, at=AT)
    next_year = open_many(
        kind="trial", openings=[Opening(matter.centre)], by=matter.officer, at=AT.replace(year=2025, month=1)
    )
    assert [row.reference for row in (matter.case, *more, *next_year)] == [
        "TR24-00001",
        "TR24-00002",
        "TR24-00003",
        "TR25-00001",
    ]


def test_a_move_outside_the_table_is_refused_and_changes_nothing(matter):
    refused = refusal(move, case=matter.case, to="received", by=member(), at=AT)
    assert refused.message == "TR24-00001 is being worked on, so it cannot become received."
    assert Case.objects.get().status == "working"


def test_closing_and_reopening_carry_the_instant(matter):
    closed = move(case=matter.case, to="issued", by=member(), at=AT)
    assert (closed.closed_at, closed.version) == (AT, 2)
    again = reopen(case=closed, reason="A page was missing.", by=member(), at=LATER)
    assert (again.status, again.closed_at) == ("working", None)
    assert list(Note.objects.values_list("kind", "text")) == [("internal", "A page was missing.")]


def test_a_kind_that_contradicts_itself_is_not_made():
    with pytest.raises(ValueError, match="trial"):
        kinds.Kind(**{**TRIAL.__dict__, "closed": frozenset({"lost"})})


def test_the_guard_names_what_somebody_did(matter):
    joanne = member("Joanne Pike")
    involve(case=matter.case, user=joanne, part=Part.MARKED, by=None, at=AT)
    refused = refusal(assign, case=matter.case, to=joanne, part=Part.REVIEWED, by=member(), at=AT)
    assert (refused.message, refused.code) == (
        "Joanne Pike marked this component. Somebody who is not involved must do this.",
        "involved",
    )


def test_people_without_the_permission_get_no_case(matter):
    refused = refusal(assign, case=matter.case, to=member("Una", "dates"), part=Part.ASSIGNED, by=member(), at=AT)
    assert refused.message == "Una does not do this kind of work."


def test_the_next_case_is_the_one_due_first_that_the_taker_may_touch(matter):
    first, second = open_many(kind="trial", openings=[Opening(matter.centre)] * 2, by=None, at=AT)
    Case.objects.filter(pk=first.pk).update(due_at=AT)
    Case.objects.filter(pk=second.pk).update(due_at=LATER)
    taker = member()
    involve(case=first, user=taker, part=Part.MODERATED, by=None, at=AT)
    taken = [take_next(kind="trial", by=taker, at=AT) for _ in range(3)]
    assert [row and row.pk for row in taken] == [second.pk, matter.case.pk, None]
    assert Case.objects.get(pk=first.pk).owner is None


def test_a_better_grade_is_decided_issued_and_told(matter):
    decider = member("Dee")
    made = decided(matter, by=decider)
    assert (made.needs_countersign, made.issued_at) == (False, None)
    issue(decision=made, by=decider, at=LATER)
    change = ResultChange.objects.get()
    assert (change.old_grade, change.new_grade, Result.objects.get(pk=matter.result.pk).grade) == ("M", "D", "D")
    assert Case.objects.get().status == "issued"
    notice = Notice.objects.get(user=matter.officer)
    assert notice.subject == "There is a decision on TR24-00001"
    assert matter.registration.learner.family_name not in notice.text + notice.html
    assert f"/c/{matter.centre.number}/trials/TR24-00001/" in notice.text


def test_a_falling_grade_waits_for_a_second_person(matter):
    first, second = member("First"), member("Second")
    made = decided(matter, grade="P", by=first)
    assert refusal(issue, decision=made, by=first, at=AT).code == "countersign"
    refused = refusal(countersign, decision=made, by=first, at=AT)
    assert refused.message.startswith("First made the decision in this case.")
    countersign(decision=made, by=second, at=AT)
    issue(decision=made, by=first, at=LATER)
    assert Result.objects.get(pk=matter.result.pk).grade == "P"


def test_a_decision_sent_back_is_made_again(matter):
    decider = member()
    send_back(decision=decided(matter, by=decider), reason="Say more.", by=member(), at=AT)
    again = decided(matter, by=decider)
    assert [row.sent_back_at for row in Decision.objects.order_by("pk")] == [AT, None]
    assert again.issued_at is None


def test_there_is_one_decision_at_a_time(matter):
    decided(matter)
    assert refusal(decided, matter=matter).code == "decided"


def test_open_checks_block_the_decision_by_name(matter):
    add_tasks(case=matter.case, tasks={"script": "Read the script", "scheme": "Compare with the mark scheme"})
    refused = refusal(decided, matter=matter)
    assert refused.message == "First do the checks that are left: Read the script and Compare with the mark scheme."
    for task in matter.case.tasks.all():
        do_task(task=task, by=member(), at=AT)
    assert decided(matter).pk


def test_a_result_that_changed_meanwhile_stops_the_issue_and_leaves_everything(matter):
    made = decided(matter)
    Result.objects.filter(pk=matter.result.pk).update(grade="P")
    assert refusal(issue, decision=made, by=member(), at=LATER).code == "stale"
    made.refresh_from_db()
    assert (made.issued_at, Notice.objects.count(), ResultChange.objects.count()) == (None, 0, 0)


def test_a_reissued_decision_takes_the_place_of_the_old_one(matter):
    old = issue(decision=decided(matter), by=member(), at=AT)
    new = reissue(decision=old, outcome="unchanged", reasons="B.", lines=[], by=member(), at=LATER)
    issue(decision=new, by=member(), at=LATER)
    assert list(Decision.objects.standing().values_list("pk", "received_at")) == [(new.pk, LATER)]
    assert refusal(reissue, decision=old, outcome="x", reasons="C.", lines=[], by=member(), at=LATER).code == (
        "superseded"
    )


def test_receipt_moves_only_forward(matter):
    row = issue(decision=decided(matter), by=member(), at=AT)
    assert record_received(decision=row, received_at=LATER, by=member(), at=LATER).received_at == LATER
    assert refusal(record_received, decision=row, received_at=AT, by=member(), at=LATER).field == "received_at"


def test_the_thread_tells_the_other_side_and_keeps_our_notes_from_the_centre(matter):
    owner = member("Olu")
    assign(case=matter.case, to=owner, part=Part.ASSIGNED, by=owner, at=AT)
    write_note(case=matter.case, text="Which version?", kind="message", by=matter.officer, at=AT, from_centre=True)
    write_note(case=matter.case, text="Amara’s own.", kind="message", by=owner, at=AT, from_centre=False)
    write_note(case=matter.case, text="Odd.", kind="internal", by=owner, at=AT, from_centre=False)
    subjects = list(Notice.objects.order_by("pk").values_list("user__name", "subject"))
    told = "There is a message on TR24-00001"
    assert subjects == [("Olu", told), (matter.officer.name, told)]
    assert not any("Amara" in notice.text for notice in Notice.objects.all())
    centre = actor_for(user=matter.officer, number=matter.centre.number, at=AT)
    staff = Actor(user=owner, centre=None, at=AT)
    assert [note["text"] for note in thread(case=matter.case, actor=centre)] == ["Which version?", "Amara’s own."]
    assert len(thread(case=matter.case, actor=staff)) == 3


def test_another_centre_meets_a_404_and_sees_no_decision_before_issue(matter):
    stranger = MembershipFactory(role="officer")
    foreign = actor_for(user=stranger.user, number=stranger.centre.number, at=AT)
    own = actor_for(user=matter.officer, number=matter.centre.number, at=AT)
    with pytest.raises(Http404):
        access.case_for(foreign, matter.case.reference)
    assert access.case_for(own, matter.case.reference, "trial") == matter.case
    decided(matter)
    assert (Decision.objects.visible_to(own).count(), DecisionLine.objects.visible_to(own).count()) == (0, 0)


@pytest.mark.django_db
def test_steps_say_where_the_case_stands():
    matter = Matter(status="received")
    moved = move(case=matter.case, to="working", by=member(), at=LATER)
    assert [(step["state"], step["note"]) for step in steps(case=moved)] == [
        ("done", ""),
        ("done", "23 August 2024"),
        ("done", ""),
        ("now", "since 26 August 2024"),
        ("later", ""),
        ("later", ""),
    ]


def test_the_centre_reads_what_waits_for_us(matter):
    own = actor_for(user=matter.officer, number=matter.centre.number, at=AT)
    open_many(kind="trial", openings=[Opening(matter.centre), Opening(CentreFactory())], by=None, at=AT)
    Case.objects.filter(pk=matter.case.pk).update(due_at=LATER)
    (row,) = waiting_for_us(own)
    assert (row.kind.label, row.count, row.next_due_at, row.late) == ("Trial", 2, LATER, 0)


def test_the_timeline_of_the_centre_leaves_out_who_played_which_part(matter):
    involve(case=matter.case, user=member(), part=Part.MARKED, by=None, at=AT)
    own = actor_for(user=matter.officer, number=matter.centre.number, at=AT)
    assert [entry["sentence"] for entry in timeline(case=matter.case, actor=own)] == [
        f"The case was opened by {matter.officer.name}."
    ]
    assert len(timeline(case=matter.case, actor=Actor(user=member(), centre=None, at=AT))) == 2


def test_the_guard_gives_a_verdict_on_every_colleague(matter):
    free, busy = member("Ann Free"), member("Bo Busy")
    member("Cy Dates", "dates")
    involve(case=matter.case, user=busy, part=Part.REVIEWED, by=None, at=AT)
    verdicts = eligible_people(case=matter.case, part=Part.DECIDED, on=AT.date())
    assert [(one.user, one.free, one.words) for one in verdicts] == [
        (free, True, "Ann Free is not involved."),
        (busy, False, "Bo Busy reviewed this case."),
    ]


def test_the_audit_holds_codes_only(matter):
    issue(decision=decided(matter), by=member(), at=AT)
    words = " ".join(str(data) for data in Entry.objects.values_list("data", flat=True))
    assert matter.registration.learner.family_name not in words
    assert "Question 4" not in words
