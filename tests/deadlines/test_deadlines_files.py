"""Key dates by spreadsheet: looked at first, new ones added, moved ones proposed, nothing edited."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deadlines.actions import Used, approve_date, discard_dates, propose_date, receive_dates, use_dates
from deadlines.models import DateFile, DateProposal, KeyDate
from deadlines.queries import key_date
from portal.audit.models import Entry
from portal.errors import Refused, Stale
from portal.intake.rules import Unreadable
from tests.deadlines.conftest import at
from tests.factories.people import StaffMembershipFactory, signed_in

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


def test_using_a_file_adds_new_dates_and_proposes_moved_ones(editor: Any) -> None:
    standing = key_date(key="claims.full_award", series="2024-06")
    file = received(editor, NEW, MOVED, SAME, "claims.cash_in,2024-07,soon,,,,,,")
    assert use_dates(file=file, by=editor, at=at(NOON)) == Used(new=1, proposed=1, refused=1)
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
    assert approve_date(proposal=proposal, by=StaffMembershipFactory(role="admin").user, at=at(NOON)) == 0


def test_the_same_file_again_does_nothing(editor: Any) -> None:
    use_dates(file=received(editor, NEW), by=editor, at=at(NOON))
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
    discard_dates(file=file, at=at(NOON))
    with pytest.raises(Stale):
        use_dates(file=file, by=editor, at=at(NOON))


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
    assert "1 date added. 1 change waits for a second person. 1 row left out." in done.content.decode()
    assert "Use the good rows" not in done.content.decode()


@pytest.mark.parametrize(("role", "status"), [("dates", 200), ("admin", 403), ("casework", 403)])
def test_who_may_upload(client: Any, key_dates: Any, role: str, status: int) -> None:
    person = signed_in(client, StaffMembershipFactory(role=role).user)
    assert person.get(reverse("admin:deadlines_datefile_upload")).status_code == status
    assert person.get(reverse("admin:deadlines_datefile_changelist")).status_code == 200
