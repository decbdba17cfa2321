"""Entries from a file, templates, and files that nobody committed."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from claims.actions import Asked, submit_claims
from claims.models import Readiness
from portal.catalogue.models import Part, Series, Unit
from portal.errors import Refused
from portal.intake.actions import commit_upload, discard_waiting, receive
from portal.intake.kinds import sheets
from portal.intake.models import StagedRow, Upload
from portal.intake.queries import preview
from portal.learners.actions import enter
from portal.learners.models import Entry, ResultRelease, UnitChoice
from tests.factories.claims import GRADES, JUNE, learner_on, programme, summer
from tests.factories.learners import AT
from tests.factories.people import CentreFactory, MembershipFactory, signed_in
from tests.factories.results import out
from tests.intake.books import book

HEADINGS = "Candidate number,Unit,Series\n"


def look(college, text):
    return receive(
        centre=college.centre, kind="entries", filename="e.csv", content=text.encode(), by=college.officer, at=AT
    )


def commit(college, upload):
    return commit_upload(upload=upload, good_rows_only=False, by=college.officer, at=AT)


def faults(upload):
    return [(fault["column"], fault["reason"]) for row in upload.rows.order_by("line") for fault in row.faults]


@pytest.fixture
def registered(college):
    college.register("0012", "NAT-BUS-EC", number="AB00012")
    return college


def test_entries_are_made_and_the_same_file_changes_nothing(registered):
    text = HEADINGS + "0012,2,Summer 2024\n0012,Unit 3,\n"
    assert commit(registered, look(registered, text)).counts["new"] == 2
    made = Entry.objects.order_by("unit__number").values_list("unit__number", "series", "registration__number")
    assert list(made) == [("2", "2024-06", "AB00012"), ("3", "2024-06", "AB00012")]
    assert preview(look(registered, text))["counts"] == {"new": 0, "changed": 0, "unchanged": 2, "refused": 0}


def test_readiness_follows_in_the_same_commit(registered):
    before = {reason["code"] for reason in Readiness.objects.get().reasons}
    commit(registered, look(registered, HEADINGS + "0012,2,\n0012,3,\n"))
    after = {reason["code"] for reason in Readiness.objects.get().reasons}
    assert before - after == {"entry_missing"}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("0012,8,", ("Unit", "Unit 8 is assessed by your centre, so it has no entry.")),
        ("0012,99,", ("Unit", "There is no such unit in Business, Extended Certificate.")),
        ("0012,,", ("Unit", "The unit is missing.")),
        ("0012,2,Easter 2024", ("Series", "This is not a series that we know.")),
        ("0099,2,", ("Candidate number", "No registered learner of your centre has this candidate number.")),
    ],
)
def test_a_fault_names_its_column_and_reason(registered, row, fault):
    upload = look(registered, HEADINGS + row + "\n")
    assert faults(upload) == [fault]
    assert not Entry.objects.exists()


@pytest.mark.parametrize(("series", "over"), [("2023-11", 1), ("2024-01", 1), ("2024-05", 0), ("2024-06", 0)])
def test_a_series_whose_results_are_out_takes_no_entry(registered, series, over):
    for code in ("2023-11", "2024-01", "2024-05", "2024-06"):
        Series.objects.get_or_create(code=code, defaults={"title": f"Series {code}"})
    out("2024-01", at=AT - timedelta(days=30))
    out("2024-06", at=AT + timedelta(days=30))
    title = Series.objects.get(code=series).title
    refused = [("Series", f"{title} is over, so nobody can be entered for it.")] * over
    upload = look(registered, HEADINGS + f"0012,2,{series}\n")
    assert faults(upload) == refused
    if not over:
        assert commit(registered, upload).counts["new"] == 1


def test_an_entry_that_stands_is_unchanged_when_the_results_are_out(registered):
    text = HEADINGS + "0012,2,2024-06\n"
    commit(registered, look(registered, text))
    out("2024-06", at=AT - timedelta(days=1))
    assert preview(look(registered, text))["counts"] == {"new": 0, "changed": 0, "unchanged": 1, "refused": 0}


def test_two_rows_for_one_entry(registered):
    assert faults(look(registered, HEADINGS + "0012,2,\n0012,2,\n")) == [("The whole row", "Row 2 says the same.")]


def optional_external(place, hours):
    """A further unit of the qualification, optional and assessed by us."""
    scale = place.qualification.parts.first().unit.scale
    code = f"{place.qualification.code}-20"
    unit = Unit.objects.create(code=code, number="20", title="Law", kind="external", guided_hours=hours, scale=scale)
    Part.objects.create(qualification=place.qualification, unit=unit, mandatory=False)
    return unit


@pytest.mark.parametrize(("hours", "taken"), [(60, 1), (61, 0)])
def test_an_entry_for_an_optional_unit_takes_it_into_a_set_that_it_fits(db, hours, taken):
    place = programme(CentreFactory())
    officer = MembershipFactory(centre=place.centre, role="officer").user
    row = learner_on(place, candidate="0012", chosen="1 2 3", grades={"1": "D"})
    unit = optional_external(place, hours)
    content = (HEADINGS + "0012,20,\n").encode()
    upload = receive(centre=place.centre, kind="entries", filename="e", content=content, by=officer, at=JUNE)
    assert [fault["reason"] for line in upload.rows.all() for fault in line.faults] == [
        "Unit 20 is not in the learner’s set of units, and with it the set would come to 361 hours; "
        "the award needs 360."
    ] * (1 - taken)
    if taken:
        commit_upload(upload=upload, good_rows_only=False, by=officer, at=JUNE)
    assert UnitChoice.objects.filter(registration=row, unit=unit).count() == taken
    assert Entry.objects.filter(registration=row, unit=unit).count() == taken


def test_entries_of_a_claimed_learner_are_fixed(db):
    summer()
    place = programme(CentreFactory())
    officer = MembershipFactory(centre=place.centre, role="officer").user
    row = learner_on(place, candidate="0012", grades={**GRADES})
    asked = [Asked(row.pk, row.readiness.grade)]
    august = JUNE + timedelta(days=50)
    ResultRelease.objects.update(to_centres_at=august, to_candidates_at=august)
    submit_claims(centre=place.centre, series=summer(), asked=asked, token="t", by=officer, at=JUNE)
    content = (HEADINGS + "0012,3,\n0012,3,2025-06\n").encode()
    upload = receive(centre=place.centre, kind="entries", filename="e", content=content, by=officer, at=JUNE)
    assert [fault["reason"] for fault in upload.rows.get(line=2).faults] == [
        "Candidate 0012 is already claimed, so their programme, units and grades are fixed. "
        "Undo the claim first, or answer our question about it."
    ]
    unit = place.qualification.parts.get(unit__number="3").unit
    with pytest.raises(Refused, match="already claimed"):
        enter(registration=row, unit=unit, series=summer(), by=officer, at=JUNE)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("head", 200), ("programme", 403), ("reader", 403), ("senco", 403)])
def test_who_may_enter_by_file(registered, client, role, status):
    signed_in(client, registered.member(role))
    assert client.get(reverse("learners:upload-entries", args=[registered.centre.number])).status_code == status


def test_a_file_of_thousands_costs_as_many_questions_as_one_of_two(registered, django_assert_max_num_queries):
    register = [f"{number:04}" for number in range(100, 130)]
    for number in register:
        registered.register(number, number=f"AB0{number}")
    with django_assert_max_num_queries(16):
        look(registered, HEADINGS + "".join(f"{number},2,\n" for number in register))


# --- templates ---


def test_every_sheet_has_an_empty_file_that_it_reads_itself(registered, client):
    signed_in(client, registered.officer)
    read = {}
    for chosen in sheets():
        answer = client.get(reverse(f"{chosen.url_name}-template", args=[registered.centre.number]))
        page = load_workbook(io.BytesIO(answer.content)).active
        headings = [cell.value for cell in page[1]]
        filled = book((chosen.title, [headings, ["x"] * len(headings)]))
        upload = receive(
            centre=registered.centre, kind=chosen.key, filename="t", content=filled, by=registered.officer, at=AT
        )
        read[chosen.key] = (len(upload.headings["columns"]), upload.ignored, page.column_dimensions["A"].number_format)
    assert read == {chosen.key: (len(chosen.columns), [], "@") for chosen in sheets()}


# --- files that wait ---


def test_files_that_wait_for_thirty_days_are_discarded(registered):
    old, committed = look(registered, HEADINGS + "0012,2,\n"), look(registered, HEADINGS + "0012,3,\n")
    commit(registered, committed)
    Upload.objects.update(received_at=AT - timedelta(days=31))
    young = look(registered, HEADINGS + "0012,2,2024-06\n")
    assert (discard_waiting(as_of=AT), discard_waiting(as_of=AT)) == (1, 0)
    statuses = dict(Upload.objects.values_list("pk", "status"))
    assert statuses == {old.pk: "discarded", committed.pk: "committed", young.pk: "preview"}
    assert set(StagedRow.objects.values_list("upload", flat=True)) == {young.pk}
