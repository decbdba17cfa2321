"""Files of learners, registrations and unit grades: looked at, then committed."""

import csv
import io
from datetime import date

import pytest

from claims.actions import Asked, GradeLine, record_grades, submit_claims
from claims.models import Readiness, UnitGrade
from portal.audit.models import Entry
from portal.errors import Refused
from portal.intake.actions import Committed, commit_upload, discard, receive, use_suggestions
from portal.intake.models import StagedRow, Upload
from portal.intake.queries import preview, refused_rows
from portal.intake.rules import Unreadable
from portal.learners.actions import EntryLine, choose_units, release_programme, save_entries
from portal.learners.models import Learner, Registration, UnitChoice
from tests.factories.claims import summer
from tests.factories.learners import AT, College

LEARNERS = (
    "Surname,Forename,Cand no,DOB,ULN,UCI,House\n"
    "Okafor,Amara,0012,09/03/2006,9276308686,12345B240001R,Red\n"
    "Patel,Ravi,0013,,,,Blue\n"
)
REGISTRATIONS = (
    "Registration no,Candidate number,Programme,Series\n"
    'AB00012,0012,"Business, Extended Certificate",Summer 2024\n'
    "AB00013,0013,NAT-HSC-EC,2024-06\n"
)
GRADES = "Candidate number,Unit,Grade\n0012,1,Distinction\n0012,Unit 8,m\n"


def look(college, kind, text, name="anything.txt"):
    content = text if isinstance(text, bytes) else text.encode()
    return receive(centre=college.centre, kind=kind, filename=name, content=content, by=college.officer, at=AT)


def commit(college, upload, *, good=False):
    return commit_upload(upload=upload, good_rows_only=good, by=college.officer, at=AT)


def load(college, kind, text):
    return commit(college, look(college, kind, text)).counts


def counts(new=0, changed=0, unchanged=0, refused=0):
    return {"new": new, "changed": changed, "unchanged": unchanged, "refused": refused}


def reasons(upload):
    return [
        (row.line, fault["column"], fault["reason"], fault["fix"])
        for row in upload.rows.order_by("line")
        for fault in row.faults
    ]


@pytest.fixture
def registered(college):
    college.register("0012", "NAT-BUS-EC", number="AB00012")
    return college


# --- learners ---


def test_looking_at_a_file_saves_nothing(college):
    upload = look(college, "learners", LEARNERS)
    assert preview(upload)["counts"] == counts(new=2)
    assert upload.ignored == ["House"]
    assert not Learner.objects.exists()


def test_learners_are_committed_and_the_same_file_changes_nothing(college):
    assert load(college, "learners", LEARNERS) == counts(new=2)
    amara = Learner.objects.get(candidate_number="0012")
    assert (amara.family_name, amara.born_on, amara.uln) == ("Okafor", date(2006, 3, 9), "9276308686")
    versions = list(Learner.objects.order_by("pk").values_list("version"))
    assert load(college, "learners", LEARNERS) == counts(unchanged=2)
    assert list(Learner.objects.order_by("pk").values_list("version")) == versions


def test_a_changed_name_shows_both(college):
    load(college, "learners", LEARNERS)
    upload = look(college, "learners", LEARNERS.replace("Okafor,Amara", "Okafor-Bell,Amara"))
    assert preview(upload)["counts"] == counts(changed=1, unchanged=1)
    (row,) = preview(upload)["changed"]
    assert row.changes == [{"column": "Family name", "old": "Okafor", "new": "Okafor-Bell"}]


def test_one_column_of_names(college):
    text = 'Candidate number,Learner name\n0012,"Okafor, Amara"\n0013,PATEL:RAVI\n0014,Madonna\n'
    upload = look(college, "learners", text)
    assert preview(upload)["counts"] == counts(new=2, refused=1)


def test_faults_of_learners_name_row_column_reason_and_fix(college):
    college.learner("0020", uln="1000000019")
    text = (
        "Candidate number,Family name,Given name,Date of birth,ULN,UCI\n"
        "12,Okafor,Amara,,,\n"
        "0013,,Ravi,31/02/2006,,\n"
        "0014,Ford,Beth,,9276308685,\n"
        "0015,Shaw,Tom,,1000000019,\n"
        "0016,Lee,Ann,,,999990140001X\n"
    )
    found = reasons(look(college, "learners", text))
    assert [(line, column) for line, column, _, _ in found] == [
        (2, "Candidate number"),
        (3, "Family name"),
        (3, "Date of birth"),
        (4, "ULN"),
        (5, "ULN"),
        (6, "UCI"),
    ]
    assert found[0][3] == "Use 0012: spreadsheets drop the leading noughts."
    assert found[4][2] == "This number belongs to candidate 0020 already."
    assert "should be B" in found[5][2]


def test_two_rows_for_one_learner(college):
    text = "Candidate number,Family name,Given name\n0012,Okafor,Amara\n0012,Okafor,Amara\n0013,A,B\n0013,A,C\n"
    upload = look(college, "learners", text)
    assert [(line, reason) for line, _, reason, _ in reasons(upload)] == [
        (3, "Row 2 says the same."),
        (4, "Row 5 says something else about the same thing."),
        (5, "Row 4 says something else about the same thing."),
    ]


def test_a_ragged_row_is_refused_and_a_short_one_is_not(college):
    text = "Candidate number,Family name,Given name,ULN\n0012,Okafor,Amara\n0013,Patel,Ravi,,extra\n0014,Lee,Ann,,,\n"
    upload = look(college, "learners", text)
    assert preview(upload)["counts"] == counts(new=2, refused=1)
    assert reasons(upload)[0][2] == "The row has 5 cells and the headings have 4."


def test_all_or_nothing_and_good_rows_only(college):
    upload = look(college, "learners", LEARNERS + "x,Lee,Ann,,,,\n".replace("x", "Lee") + "Lee,Ann,77777,,,,\n")
    refused = preview(upload)["counts"]["refused"]
    assert refused == 2
    with pytest.raises(Refused, match="not all rows can be committed"):
        commit(college, upload)
    assert not Learner.objects.exists()
    assert commit(college, upload, good=True) == Committed(counts(new=2, refused=2))
    assert Learner.objects.count() == 2


def test_a_file_is_committed_once(college):
    upload = look(college, "learners", LEARNERS)
    commit(college, upload)
    with pytest.raises(Refused, match="committed already"):
        commit(college, upload)
    with pytest.raises(Refused, match="committed already"):
        discard(upload=upload, by=college.officer, at=AT)


def test_a_discarded_file_leaves_nothing(college):
    upload = look(college, "learners", LEARNERS)
    discard(upload=upload, by=college.officer, at=AT)
    assert not StagedRow.objects.exists()
    with pytest.raises(Refused, match="discarded already"):
        commit(college, upload)


def test_a_commit_is_told_with_counts_and_digest(college):
    upload = look(college, "learners", LEARNERS)
    commit(college, upload)
    entry = Entry.objects.get(verb="intake.committed")
    assert entry.data == {"kind": "learners", "digest": upload.digest, **counts(new=2)}
    assert len(upload.digest) == 64
    assert not StagedRow.objects.exists()


def test_a_preview_that_is_out_of_date_overwrites_nothing(college):
    load(college, "learners", LEARNERS)
    upload = look(college, "learners", LEARNERS.replace("Patel,Ravi", "Patel,Ravinder"))
    college.learner("0013", "Patel", "Rav")
    assert commit(college, upload) == Committed(counts(changed=1, unchanged=1), moved=1)
    assert Learner.objects.get(candidate_number="0013").given_name == "Rav"
    (row,) = preview(upload)["changed"]
    assert (row.moved, row.changes) == (True, [{"column": "Given name", "old": "Rav", "new": "Ravinder"}])
    assert commit(college, upload) == Committed(counts(changed=1, unchanged=1))
    assert Learner.objects.get(candidate_number="0013").given_name == "Ravinder"


def test_suggested_values_can_be_used(college):
    upload = look(college, "learners", "Candidate number,Family name,Given name\n12,Okafor,Amara\n0000,A,B\n")
    assert preview(upload)["suggestions"] == 1
    assert use_suggestions(upload=upload, at=AT) == 1
    assert preview(upload)["counts"] == counts(new=1, refused=1)
    commit(college, upload, good=True)
    assert list(Learner.objects.values_list("candidate_number", flat=True)) == ["0012"]


def test_refused_rows_come_back_with_reasons_and_no_formula(college):
    text = "Candidate number,Family name,Given name,Note\n12,=1+1,Amara,@cmd\n0013,Patel,Ravi,ok\n"
    upload = look(college, "learners", text)
    commit(college, upload, good=True)
    heading, row = refused_rows(upload)
    assert heading == ["Candidate number", "Family name", "Given name", "Note", "Row", "Reason", "What to do"]
    assert row == [
        "12",
        "'=1+1",
        "Amara",
        "'@cmd",
        "2",
        "Candidate number: A candidate number has four digits.",
        "Use 0012: spreadsheets drop the leading noughts.",
    ]


def test_refused_rows_put_right_go_in(college):
    upload = look(college, "learners", "Candidate number,Family name,Given name\n12,Okafor,Amara\n0013,Patel,Ravi\n")
    commit(college, upload, good=True)
    out = io.StringIO()
    csv.writer(out).writerows(refused_rows(upload))
    assert load(college, "learners", out.getvalue().replace("\n12,", "\n0012,")) == counts(new=1)


def test_a_structural_fault_stages_nothing(college):
    with pytest.raises(Unreadable):
        look(college, "learners", "A,B\n1,2\n")
    assert not Upload.objects.exists()


def test_looking_and_committing_are_set_based(college, django_assert_max_num_queries):
    text = "Candidate number,Family name,Given name\n"
    text += "".join(f"{n:04},Family {n},Given\n" for n in range(1, 1501))
    # SQLite takes some hundred rows an insert; a query a row would be 1,500.
    with django_assert_max_num_queries(40):
        upload = look(college, "learners", text)
    with django_assert_max_num_queries(60):
        commit(college, upload)
    assert Learner.objects.count() == 1500


def test_a_name_with_a_path_is_cut(college):
    assert look(college, "learners", LEARNERS, name="C:\\Users\\me\\grades\x00.csv").filename == "grades.csv"


# --- registrations ---


def test_registrations_are_committed_and_take_mandatory_units(college):
    load(college, "learners", LEARNERS)
    assert load(college, "registrations", REGISTRATIONS) == counts(new=2)
    assert load(college, "registrations", REGISTRATIONS) == counts(unchanged=2)
    row = Registration.objects.get(number="AB00012")
    assert (str(row.programme), row.series_id) == ("Business, Extended Certificate, level 3", "2024-06")
    assert UnitChoice.objects.filter(registration=row).count() == 3


def test_a_registration_moves_to_another_series(college):
    load(college, "learners", LEARNERS)
    load(college, "registrations", REGISTRATIONS)
    upload = look(college, "registrations", REGISTRATIONS.replace("Summer 2024", "June 2025"))
    assert preview(upload)["counts"] == counts(changed=1, unchanged=1)
    (row,) = preview(upload)["changed"]
    assert row.changes == [{"column": "Series", "old": "Summer 2024", "new": "Summer 2025"}]


def test_looking_does_not_tell_which_numbers_other_centres_have(college):
    load(college, "learners", LEARNERS)
    College().register("0012", number="ZZ00001")
    heading = "Registration number,Candidate number,Qualification,Series\n"
    foreign, free = (f"{heading}{number},0013,NAT-BUS-EC,2024-06\n" for number in ("ZZ00001", "ZZ00002"))
    assert preview(look(college, "registrations", foreign))["counts"] == counts(new=1)
    assert preview(look(college, "registrations", free))["counts"] == counts(new=1)
    with pytest.raises(Refused) as refused:
        load(college, "registrations", foreign)
    assert refused.value.message == "The registration number ZZ00001 cannot be used."
    # The control: the number that nobody has is taken.
    assert load(college, "registrations", free) == counts(new=1)


def test_faults_of_registrations(college):
    load(college, "learners", LEARNERS)
    load(college, "registrations", REGISTRATIONS)
    other = College()
    other.register("0012", number="ZZ00001")
    text = (
        "Registration number,Candidate number,Qualification,Qualification number,Series\n"
        "AB1,0099,NAT-BUS-EC,,2024-06\n"
        'AB2,0012,"Busines, Extended Certificat",,2024-06\n'
        "AB3,0012,NAT-IT-EC,,2024-06\n"
        "AB4,0012,NAT-HSC-EC,,Spring 2024\n"
        "AB5,0012,NAT-BUS-EC,,2024-06\n"
        "ZZ00001,0013,NAT-BUS-EC,,2024-06\n"
        "AB00012,0013,NAT-BUS-EC,,2024-06\n"
        "AB 6,0013,NAT-BUS-ED,,2024-06\n"
        "AB7,0013,,123/1234/1,2024-06\n"
        "AB8,0013,NAT-HSC-EC,601/7159/5,2024-06\n"
    )
    found = {line: (column, reason, fix) for line, column, reason, fix in reasons(look(college, "registrations", text))}
    assert found[2][1] == "No learner of your centre has this candidate number."
    assert found[3][2] == "Is it “Business, Extended Certificate”?"
    assert found[4][1] == "Your centre is not approved for Information Technology, Extended Certificate, level 3."
    assert found[5] == ("Series", "This is not a series that we know.", "Write it as 2024-06 or Summer 2024.")
    assert found[6][1] == "The learner is registered for this qualification already, as AB00012."
    assert 7 not in found  # another centre's number looks free
    assert found[8][1] == "This number belongs to another learner or qualification."
    assert found[9][0] == "Registration number"
    assert found[10][1] == "The last character of this qualification number does not fit the others."
    assert found[11][1] == "Title, code and number name different qualifications."


def test_two_numbers_for_one_learner_and_programme(college):
    college.learner("0012")
    text = (
        "Registration number,Candidate number,Qualification code,Series\n"
        "AB1,0012,NAT-BUS-EC,2024-06\nAB2,0012,NAT-BUS-EC,2024-06\n"
    )
    upload = look(college, "registrations", text)
    assert preview(upload)["counts"] == counts(new=1, refused=1)
    commit(college, upload, good=True)


# --- unit grades ---


def test_unit_grades_by_code_or_word(registered):
    assert load(registered, "unit-grades", GRADES) == counts(new=2)
    assert dict(UnitGrade.objects.values_list("unit__number", "grade")) == {"1": "D", "8": "M"}
    assert load(registered, "unit-grades", GRADES) == counts(unchanged=2)
    assert set(UnitGrade.objects.values_list("version", flat=True)) == {1}


def test_a_grade_for_an_optional_unit_takes_it_into_the_set(registered):
    load(registered, "unit-grades", GRADES)
    numbers = UnitChoice.objects.values_list("unit__number", flat=True)
    assert sorted(numbers) == ["1", "2", "3", "8"]


def test_readiness_follows_a_file(registered):
    row = Registration.objects.get()
    load(registered, "unit-grades", GRADES)
    assert Readiness.objects.get(pk=row.pk).units_done == 2
    choose_units(registration=row, unit_ids=[], by=registered.officer, at=AT)
    assert Readiness.objects.get(pk=row.pk).units_needed == 3
    assert load(registered, "unit-grades", GRADES) == counts(changed=1, unchanged=1)
    assert Readiness.objects.get(pk=row.pk).units_needed == 4


def test_a_changed_grade_shows_old_and_new(registered):
    load(registered, "unit-grades", GRADES)
    upload = look(registered, "unit-grades", GRADES.replace("Distinction", "Pass"))
    (row,) = preview(upload)["changed"]
    assert row.changes == [{"column": "Grade", "old": "Distinction", "new": "Pass"}]
    assert row.about == "0012 Okafor, Amara: Unit 1: Exploring Business"


@pytest.mark.parametrize("unit", ["1", "01", "Unit 1", "unit 1: Exploring Business", "exploring business", "n16-bus-1"])
def test_a_unit_by_any_of_its_names(registered, unit):
    upload = look(registered, "unit-grades", f'Reg no,Unit,Grade\nab00012,"{unit}",M\n')
    assert preview(upload)["counts"] == counts(new=1)


def test_faults_of_unit_grades(registered):
    text = (
        "Candidate number,Registration number,Qualification,Unit,Grade\n"
        "12,,,1,M\n"
        "0012,,,1,Merits\n"
        "0012,,,1,D*\n"
        "0012,,,2,M\n"
        "0012,,,99,M\n"
        "0099,,,1,M\n"
        "0012,AB99999,,1,M\n"
        "0013,AB00012,,1,M\n"
        "0012,,,,M\n"
        "0012,,,1,\n"
        "0012,,Nonsense,1,M\n"
    )
    found: dict = {}
    for line, *fault in reasons(look(registered, "unit-grades", text)):
        found.setdefault(line, tuple(fault))
    assert found[2][2].startswith("Use 0012")
    assert found[3] == ("Grade", "This is not a grade of unit 1.", "Is it M, “Merit”? Use U, P, M or D.")
    assert found[4][2] == "Use U, P, M or D."
    assert found[5][1] == "Unit 2 is assessed by us, not by your centre."
    assert found[6][1] == "There is no such unit in Business, Extended Certificate."
    assert found[7][1] == "No registered learner of your centre has this candidate number."
    assert found[8][1] == "Your centre has no registration with this number."
    assert found[9][1] == "This number belongs to candidate 0012."
    assert found[10][1] == "The unit is missing."
    assert found[11][1] == "The grade is missing."
    assert found[12][0] == "Qualification"


def test_a_set_does_not_grow_past_the_award(registered):
    row = Registration.objects.get()
    choose_units(registration=row, unit_ids=[registered.unit("14").pk], by=registered.officer, at=AT)
    ((line, column, reason, _),) = reasons(look(registered, "unit-grades", GRADES))
    assert (line, column) == (3, "Unit")
    assert "with it the set would come to 420 hours; the award needs 360" in reason


def test_two_optional_units_in_one_file_do_not_both_fit(registered):
    found = reasons(look(registered, "unit-grades", "Candidate number,Unit,Grade\n0012,8,M\n0012,14,P\n"))
    assert [line for line, *_ in found] == [3]


def test_a_learner_on_two_programmes(registered):
    registered.register("0012", "NAT-BUS-ED", number="AB00099")
    text = "Candidate number,Unit,Grade\n0012,1,M\n"
    ((_, column, _, fix),) = reasons(look(registered, "unit-grades", text))
    assert (column, fix) == ("Unit", "Add a column “Qualification” that says which.")
    named = 'Candidate number,Qualification,Unit,Grade\n0012,"Business, Extended Certificate",1,M\n'
    assert load(registered, "unit-grades", named) == counts(new=1)
    assert UnitGrade.objects.get().registration.number == "AB00012"


def test_a_component_of_a_tech_award(college):
    college.register("0012", "TA22-HSC", number="TA1")
    text = "Candidate number,Component,Grade\n0012,Component 1,Level 2 Merit\n0012,2,d1\n"
    assert load(college, "unit-grades", text) == counts(new=2)
    assert dict(UnitGrade.objects.values_list("unit__number", "grade")) == {"1": "M2", "2": "D1"}


def test_a_claimed_learner_keeps_their_grades(registered):
    load(registered, "unit-grades", GRADES)
    claim(Registration.objects.get(), registered)
    upload = look(registered, "unit-grades", GRADES.replace("Distinction", "Pass"))
    assert preview(upload)["counts"] == counts(unchanged=1, refused=1)
    assert reasons(upload)[0][2] == "The learner is already claimed, so the unit grades are fixed."
    assert load(registered, "unit-grades", GRADES) == counts(unchanged=2)


def claim(registration, college):
    """Everything that makes the learner ready, then the claim."""
    summer()
    release_programme(programme=registration.programme, by=None, at=AT)
    entries = [EntryLine(registration.pk, college.unit(unit).pk, "2024-06") for unit in ("2", "3")]
    save_entries(centre=college.centre, lines=entries, by=college.officer, at=AT)
    asked = [Asked(registration.pk, Readiness.objects.get(pk=registration.pk).grade)]
    submit_claims(centre=college.centre, series=registration.series, asked=asked, token="t", by=college.officer, at=AT)


def test_a_page_that_changed_a_grade_meanwhile_is_not_overwritten(registered):
    load(registered, "unit-grades", GRADES)
    upload = look(registered, "unit-grades", GRADES.replace("Distinction", "Pass"))
    row = Registration.objects.get()
    line = GradeLine(row.pk, registered.unit("1").pk, "M")
    record_grades(centre=registered.centre, grades=[line], by=registered.officer, at=AT)
    assert commit(registered, upload).moved == 1
    assert UnitGrade.objects.get(unit__number="1").grade == "M"


def test_planning_unit_grades_costs_the_same_for_many(college, django_assert_max_num_queries):
    text = "Candidate number,Unit,Grade\n"
    for n in range(1, 31):
        college.register(f"{n:04}", number=f"R{n}")
        text += f"{n:04},1,M\n{n:04},8,P\n"
    with django_assert_max_num_queries(20):
        upload = look(college, "unit-grades", text)
    assert preview(upload)["counts"] == counts(new=60)
