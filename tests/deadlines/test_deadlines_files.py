"""Key dates by spreadsheet: looked at first, new ones added, moved ones proposed, nothing edited."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deadlines.actions import (
    Used,
    approve_date,
    approve_new_dates,
    discard_dates,
    propose_date,
    receive_dates,
    return_new_dates,
    use_dates,
)
from deadlines.models import DateFile, DateProposal, KeyDate
from deadlines.queries import current_series, key_date
from deadlines.queries.dates import current_dates
from portal.audit.models import Entry
from portal.errors import Refused, Stale
from portal.intake.rules import Unreadable
from portal.learners.models import Registration
from tests.deadlines.conftest import at
from tests.factories.claims import learner_on, programme
from tests.factories.people import CentreFactory, StaffMembershipFactory, signed_in

pytestmark = pytest.mark.django_db
NOON = "2024-06-28T12:00"
HEADINGS = "Key,Series,Date,Title,Audience,Families,If late,Source,Reason"
NEW = "events.open_day,2024-06,15/07/2024,Open day for exams officers,Exams officers,t_level,,June letter,"
MOVED = "claims.full_award,2024-06,09/07/2024,,,,,,Snow."
SAME = "claims.cash_in,2024-06,2024-07-05,,,,,,"


@pytest.fixture
def editor(key_dates: Any) -> Any:
    return StaffMembershipFactory(role="dates").user


def received(by: Any, *lines: str) -> DateFile:
    content = "\n".join([HEADINGS, *lines]).encode()
    return receive_dates(filename="C:\\dates\\june.csv", content=content, by=by, at=at(NOON))


def outcomes(file: DateFile) -> list[str]:
    return [row["outcome"] for row in file.rows]


def faults(file: DateFile) -> list[tuple[str, str]]:
    return [(fault["key"], fault["reason"]) for row in file.rows for fault in row["faults"]]


def test_a_file_is_looked_at_before_anything_happens(editor: Any) -> None:
    before = list(KeyDate.objects.values())
    file = received(editor, NEW, MOVED, SAME, "claims.cash_in,2024-07,soon,,,,,,")
    assert (file.filename, outcomes(file)) == ("june.csv", ["new", "changed", "unchanged", "refused"])
    assert [row["line"] for row in file.rows] == [2, 3, 4, 5]
    assert file.rows[1]["changes"] == [
        {"column": "Date", "old": "Friday 5 July 2024", "new": "Tuesday 9 July 2024"},
    ]
    assert faults(file) == [("series", "There is no such series."), ("on", "This is not a date.")]
    assert list(KeyDate.objects.values()) == before
    assert DateProposal.objects.count() == 0


@pytest.fixture
def second(key_dates: Any) -> Any:
    return StaffMembershipFactory(role="admin").user


def in_force(file: DateFile, *, by: Any, second: Any) -> Used:
    use_dates(file=file, by=by, at=at(NOON))
    return approve_new_dates(file=file, by=second, at=at(NOON))


def test_using_a_file_proposes_its_new_dates_and_its_moved_ones(editor: Any, second: Any) -> None:
    standing = key_date(key="claims.full_award", series="2024-06")
    file = received(editor, NEW, MOVED, SAME, "claims.cash_in,2024-07,soon,,,,,,")
    assert use_dates(file=file, by=editor, at=at(NOON)) == Used(new=1, proposed=1, refused=1)
    assert key_date(key="events.open_day", series="2024-06") is None
    assert approve_new_dates(file=file, by=second, at=at(NOON)) == Used(new=1)
    added = key_date(key="events.open_day", series="2024-06")
    assert added is not None
    assert (added.on, added.title, added.families, added.changed_by) == (
        date(2024, 7, 15),
        "Open day for exams officers",
        ["t_level"],
        editor,
    )
    assert key_date(key="claims.full_award", series="2024-06") == standing
    proposal = DateProposal.objects.get()
    assert (proposal.key_date, proposal.on, proposal.reason, proposal.status) == (
        standing,
        date(2024, 7, 9),
        "Snow.",
        "open",
    )
    data = Entry.objects.get(verb="deadlines.file_used").data
    assert (data["new"], data["changed"], data["refused"]) == (1, 1, 1)
    with pytest.raises(Stale):
        use_dates(file=file, by=editor, at=at(NOON))
    assert approve_date(proposal=proposal, by=second, at=at(NOON)) == 0


HOP = "claims.full_award,2024-05,01/07/2024,Claims of the on-screen tests,Exams officers,,,June letter,"


def test_one_editor_alone_puts_no_new_date_in_force(editor: Any) -> None:
    file = received(editor, HOP)
    use_dates(file=file, by=editor, at=at(NOON))
    with pytest.raises(Refused, match="another person must decide"):
        approve_new_dates(file=file, by=editor, at=at(NOON))
    with pytest.raises(Refused, match="another person must decide"):
        return_new_dates(file=file, remark="Mine.", by=editor, at=at(NOON))
    assert key_date(key="claims.full_award", series="2024-05") is None


def test_whoever_uploaded_a_file_that_another_used_is_not_the_second_person(editor: Any, second: Any) -> None:
    file = received(editor, HOP)
    use_dates(file=file, by=second, at=at(NOON))
    for one in (editor, second):
        with pytest.raises(Refused, match="another person must decide"):
            approve_new_dates(file=file, by=one, at=at(NOON))


@pytest.mark.parametrize("decider", ["received_by", "used_by"])
def test_the_database_holds_the_two_people(editor: Any, second: Any, decider: str) -> None:
    file = received(editor, HOP)
    use_dates(file=file, by=second, at=at(NOON))
    file.refresh_from_db()
    with pytest.raises(IntegrityError, match="date_file_two_people"), transaction.atomic():
        DateFile.objects.filter(pk=file.pk).update(decided_by=getattr(file, decider))
    third = StaffMembershipFactory(role="dates").user
    assert DateFile.objects.filter(pk=file.pk).update(decided_by=third) == 1


def test_new_dates_that_are_sent_back_are_never_in_force(editor: Any, second: Any) -> None:
    file = received(editor, NEW)
    use_dates(file=file, by=editor, at=at(NOON))
    with pytest.raises(Refused, match="Say what has to change"):
        return_new_dates(file=file, remark=" ", by=second, at=at(NOON))
    return_new_dates(file=file, remark="Wrong week.", by=second, at=at(NOON))
    file.refresh_from_db()
    assert (file.status, file.remark, file.decided_by) == ("returned", "Wrong week.", second)
    assert key_date(key="events.open_day", series="2024-06") is None
    with pytest.raises(Stale):
        approve_new_dates(file=file, by=second, at=at(NOON))


def test_a_date_that_came_meanwhile_is_looked_at_before_the_approval(editor: Any, second: Any) -> None:
    first, late = received(editor, NEW), received(editor, NEW)
    use_dates(file=late, by=editor, at=at(NOON))
    in_force(first, by=editor, second=second)
    assert approve_new_dates(file=late, by=second, at=at(NOON)) == Used(moved=1)
    with pytest.raises(Refused, match="adds a date any more"):
        approve_new_dates(file=late, by=second, at=at(NOON))


@pytest.mark.parametrize(("registered", "series"), [("2024-06", "2024-06"), ("2024-05", "2024-05"), (None, "2024-05")])
def test_the_portal_works_in_a_series_with_registrations(
    editor: Any, second: Any, registered: str | None, series: str
) -> None:
    """The earliest claims date decides only among series in which somebody is registered."""
    in_force(received(editor, HOP), by=editor, second=second)
    if registered:
        row = learner_on(programme(CentreFactory()))
        Registration.objects.filter(pk=row.pk).update(series=registered)
    on = date(2024, 6, 28)
    current, dates = current_dates(on=on)
    assert (current_series(on=on).code, current.code) == (series, series)
    assert {row.series_id for row in dates.values()} == {series}


def test_the_same_file_again_does_nothing(editor: Any, second: Any) -> None:
    in_force(received(editor, NEW), by=editor, second=second)
    again = received(editor, NEW)
    assert outcomes(again) == ["unchanged"]
    with pytest.raises(Refused, match="nothing to do"):
        use_dates(file=again, by=editor, at=at(NOON))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("claims.full_award,2024-06,2024-07-09,,,,,,", ("reason", "A moved date needs a reason.")),
        (
            "claims.full_award,2024-06,2024-06-27,,,,,,Snow.",
            ("on", "Thursday 27 June 2024 is over: it would make centres late."),
        ),
        ("new.date,2024-06,2024-07-09,,Everybody,,,Letter,", ("title", "A new date needs it.")),
        (
            "new.date,2024-06,2024-07-09,A,B,unicorns,,Letter,",
            ("families", "“unicorns” is no family of qualifications."),
        ),
        (f"new.date,2024-06,2024-07-09,{'A' * 161},B,,,Letter,", ("title", "This is longer than 160 signs.")),
        (
            "claims.full_award,2024-06,2024-07-05,Another title,,,,,",
            (
                "title",
                "The date in force says “Last day to send internal unit grades and full award claims for August "
                "results”. "
                "A file moves dates and changes no wording.",
            ),
        ),
        (",2024-06,2024-07-05,,,,,,", ("key", "A date is known by its key.")),
    ],
)
def test_a_row_that_cannot_be_used_says_why(editor: Any, line: str, fault: tuple[str, str]) -> None:
    file = received(editor, line)
    assert outcomes(file) == ["refused"]
    assert fault in faults(file)


def test_two_rows_about_one_date(editor: Any) -> None:
    file = received(editor, MOVED, MOVED)
    assert outcomes(file) == ["changed", "refused"]
    assert faults(file) == [("key", "Row 2 is about the same date.")]


def test_a_date_with_a_change_waiting_is_refused(editor: Any) -> None:
    held = key_date(key="claims.full_award", series="2024-06")
    propose_date(key_date=held, on=date(2024, 7, 8), reason="Ice.", by=editor, at=at(NOON))
    assert faults(received(editor, MOVED)) == [("on", "A move to Monday 8 July 2024 waits for a second person.")]


def test_what_changed_since_the_preview_is_looked_at_again(editor: Any) -> None:
    file = received(editor, NEW, MOVED)
    held = key_date(key="claims.full_award", series="2024-06")
    propose_date(key_date=held, on=date(2024, 7, 8), reason="Ice.", by=editor, at=at(NOON))
    assert use_dates(file=file, by=editor, at=at(NOON)) == Used(moved=1)
    assert key_date(key="events.open_day", series="2024-06") is None
    file.refresh_from_db()
    assert outcomes(file) == ["new", "refused"]
    assert use_dates(file=file, by=editor, at=at(NOON)) == Used(new=1, refused=1)


def test_a_discarded_file_cannot_be_used(editor: Any) -> None:
    file = received(editor, NEW)
    discard_dates(file=file, by=editor, at=at(NOON))
    with pytest.raises(Stale):
        use_dates(file=file, by=editor, at=at(NOON))
    entry = Entry.objects.get(verb="deadlines.file_discarded")
    assert (entry.actor_id, entry.data) == (editor.pk, {"digest": file.digest})


@pytest.mark.parametrize(("content", "fault"), [(b"", "empty"), (b"%PDF-1.7\nx", "a PDF"), (b"A,B\n1,2\n", "“Key”")])
def test_a_file_that_cannot_be_read(editor: Any, content: bytes, fault: str) -> None:
    with pytest.raises(Unreadable, match=fault):
        receive_dates(filename="x.csv", content=content, by=editor, at=at(NOON))
    assert DateFile.objects.count() == 0


def test_looking_costs_the_same_for_few_and_many_rows(editor: Any) -> None:
    def queries(count: int) -> int:
        lines = [NEW.replace("open_day", f"day_{n}") for n in range(count)]
        with CaptureQueriesContext(connection) as asked:
            assert outcomes(received(editor, *lines)) == ["new"] * count
        return len(asked)

    assert queries(1) == queries(500)


def test_the_pages_from_file_to_dates(client: Any, editor: Any) -> None:
    person = signed_in(client, editor)
    upload = reverse("admin:deadlines_datefile_upload")
    wrong = person.post(upload, {"file": SimpleUploadedFile("x.csv", b"A,B\n1,2\n")})
    assert "There is no column “Key”" in wrong.content.decode()
    content = "\n".join([HEADINGS, NEW, MOVED, "claims.cash_in,2024-07,soon,,,,,,"]).encode()
    shown = person.post(upload, {"file": SimpleUploadedFile("june.csv", content)}, follow=True).content.decode()
    for words in ("1 new date", "1 moved date", "1 row refused", "This is not a date.", "Use the good rows"):
        assert words in shown
    file = DateFile.objects.get()
    done = person.post(
        reverse("admin:deadlines_datefile_act", args=[file.pk, "use"]), {"confirmed": "yes"}, follow=True
    )
    assert "1 new date waits and 1 change waits for a second person. 1 row left out." in done.content.decode()
    assert "Use the good rows" not in done.content.decode()
    approve = reverse("admin:deadlines_datefile_act", args=[file.pk, "approve"])
    assert "another person must decide it" in person.post(approve, {"confirmed": "yes"}, follow=True).content.decode()
    other = signed_in(Client(), StaffMembershipFactory(role="admin").user)
    assert (
        "Approve the new dates"
        in other.get(reverse("admin:deadlines_datefile_change", args=[file.pk])).content.decode()
    )
    assert "1 date is in force." in other.post(approve, {"confirmed": "yes"}, follow=True).content.decode()


@pytest.mark.parametrize(("role", "status"), [("dates", 200), ("admin", 403), ("casework", 403)])
def test_who_may_upload(client: Any, key_dates: Any, role: str, status: int) -> None:
    person = signed_in(client, StaffMembershipFactory(role=role).user)
    assert person.get(reverse("admin:deadlines_datefile_upload")).status_code == status
    assert person.get(reverse("admin:deadlines_datefile_changelist")).status_code == 200
