"""Every odd thing that exams systems and spreadsheets write, read or refused with a sentence."""

import csv
import io
import time
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.intake.rules import LARGEST_FILE, Unreadable, map_headings, nearest, read_date, read_table, tidy
from portal.intake.rules.columns import Column
from portal.intake.rules.headings import known

COLUMNS = (
    Column("number", "Candidate number", ("Cand no",)),
    Column("unit", "Unit", ("Unit code",)),
    Column("grade", "Grade", ("Result",)),
)
NEEDS = (("number",), ("unit",), ("grade",))
PLAIN = "Candidate number,Unit,Grade\n0012,1,M\n0013,1,Zoë\n"
ROWS = ((2, ("0012", "1", "M")), (3, ("0013", "1", "Zoë")))


def read(content):
    data = content if isinstance(content, bytes) else content.encode()
    return read_table(data, matches=lambda headings: known(headings, COLUMNS))


def faults_of(content):
    with pytest.raises(Unreadable) as refusal:
        table = read(content)
        map_headings(table.headings, columns=COLUMNS, needs=NEEDS)
    return refusal.value.faults


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("cp1252"),
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace("0013,1,Zoë", '"0013","1","Zoë"').encode(),
        (PLAIN + "\n,,\n \n").encode(),
    ],
    ids=["utf-8", "mark", "1252", "utf-16", "semicolons", "tabs", "crlf", "cr", "quoted", "blank lines"],
)
def test_the_same_rows_however_they_are_written(content):
    table = read(content)
    assert (table.headings, table.rows) == (("Candidate number", "Unit", "Grade"), ROWS)


def test_row_numbers_are_those_of_the_spreadsheet():
    table = read('\n\nCandidate number,Unit,Grade\n\n0012,"1\nof 4",M\n0013,1,P\n')
    assert [line for line, _ in table.rows] == [5, 6]
    assert table.rows[0][1] == ("0012", "1\nof 4", "M")


def test_a_spreadsheets_own_word_for_the_delimiter_is_believed():
    table = read("sep=;\nCandidate number;Unit;Grade\n0012;1;M\n")
    assert table.rows == ((3, ("0012", "1", "M")),)


def test_a_semicolon_inside_a_comma_file_changes_nothing():
    table = read("Candidate number,Unit,Grade\n0012,1;2;3,M\n")
    assert table.rows == ((2, ("0012", "1;2;3", "M")),)


def zipped(name):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as folder:
        folder.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped("xl/workbook.xml"), "workbook is damaged"),
        (zipped("word/document.xml"), "a Word document"),
        (zipped("content.xml"), "an OpenDocument file"),
        (zipped("grades.csv"), "a zip file"),
        (b"PK\x03\x04 broken", "a damaged zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an older Excel"),
        (b"%PDF-1.7 something", "a PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "not text"),
        (b"<html><table><tr><td>12</td></tr></table></html>", "a web page"),
        (b"Candidate number,Unit\n0012,\x00\n", "not text"),
    ],
)
def test_what_is_not_csv_is_told_what_it_is(content, words):
    (fault,) = faults_of(content)
    assert words in fault
    assert "Save as" in fault


@pytest.mark.parametrize("content", [b"", b"  \n\n ", b"\xef\xbb\xbf", b",,\n,,\n"])
def test_an_empty_file(content):
    assert faults_of(content)[0].startswith("The file is empty")


def test_headings_and_nothing_else():
    assert faults_of("Candidate number,Unit,Grade\n")[0].startswith("The file has one row only")


def test_a_file_that_is_too_large():
    assert "larger than 5 MB" in faults_of(b"x" * (LARGEST_FILE + 1))[0]


def test_a_file_with_too_many_rows():
    assert "more than 50,000 rows" in faults_of("Candidate number,Unit,Grade\n" + "1,1,M\n" * 50_001)[0]


def test_a_quotation_mark_that_is_never_closed_names_its_row():
    assert faults_of('Candidate number,Unit,Grade\n0012,1,M\n0013,"1,M\n')[0].startswith("Row 3 cannot be read")


def test_a_cell_that_is_too_large_is_a_fault_of_the_file():
    assert faults_of("Candidate number,Unit,Grade\n0012,1," + "x" * 200_000 + "\n")[0].startswith("Row 2")


def test_bytes_that_are_no_characters():
    assert "cannot be read" in faults_of(b"Candidate number,Unit,Grade\n0012,1,\x81\x8d\n")[0]


def test_columns_in_any_order_under_any_of_their_names():
    mapped = map_headings(["Result", "House", "CAND_NO", "unit", ""], columns=COLUMNS, needs=NEEDS)
    assert mapped.columns == {"grade": 0, "number": 2, "unit": 3}
    assert mapped.ignored == ("House", "column 5, which has no heading")


def test_missing_columns_are_named_with_the_nearest_heading():
    faults = faults_of("Candidat numbr,Unit,Mark\n0012,1,M\n")
    assert faults == (
        "There is no column “Candidate number”. Is it “Candidat numbr”? "
        "Then rename that heading to “Candidate number”.",
        "There is no column “Grade”.",
        "The first row of your file says: “Candidat numbr”, “Unit” and “Mark”. It must hold the headings.",
    )


def test_two_columns_for_one_thing():
    assert faults_of("Candidate number,Unit,Unit code,Grade\n1,1,1,M\n") == (
        "More than one column is read as “Unit”: “Unit” and “Unit code”. Keep one and rename or remove the others.",
    )


@pytest.mark.parametrize(
    ("cell", "clean"),
    [
        ("  0012 ", "0012"),
        ('="0012"', "0012"),
        ("\u00a0Amara\u00a0 Joy", "Amara Joy"),
        ("'=1+1", "=1+1"),
        ("O'Neill", "O'Neill"),
        ("'t Hooft", "'t Hooft"),
    ],
)
def test_cells_are_tidied(cell, clean):
    assert tidy(cell) == clean


@pytest.mark.parametrize("cell", ["09/03/2006", "9/3/2006", "2006-03-09", "9 March 2006", "2006-03-09 00:00:00"])
def test_dates_as_people_write_them(cell):
    assert read_date(cell) == date(2006, 3, 9)


@pytest.mark.parametrize("cell", ["", "9/3/06", "31/02/2006", "03/2006", "yesterday"])
def test_what_is_no_date(cell):
    assert read_date(cell) is None


def test_the_nearest_word():
    assert nearest("merti", ["Pass", "Merit", "Distinction"]) == "Merit"
    assert nearest("seven", ["Pass", "Merit"]) == ""


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12)


@given(
    st.lists(
        st.tuples(CELL, CELL, CELL).filter(lambda cells: any(cell.strip() for cell in cells)), min_size=1, max_size=8
    ),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.permutations([0, 1, 2]),
)
def test_whatever_is_written_is_read_back(rows, delimiter, encoding, order):
    headings = ["Candidate number", "Unit", "Grade"]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    for cells in [headings, *rows]:
        writer.writerow([cells[place] for place in order])
    table = read(out.getvalue().encode(encoding))
    mapped = map_headings(table.headings, columns=COLUMNS, needs=NEEDS)
    found = [tuple(cells[mapped.columns[key]] for key in ("number", "unit", "grade")) for _, cells in table.rows]
    assert found == rows


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content):
    try:
        read(content)
    except Unreadable as unreadable:
        assert all(fault[-1] == "." for fault in unreadable.faults)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_a_nul_is_refused_in_every_encoding(encoding):
    content = PLAIN.replace("3", "3\x00", 1).encode(encoding)
    with pytest.raises(Unreadable):
        read_table(content, matches=len)


def test_a_file_with_very_many_columns_is_refused_at_once():
    content = (",".join(f"heading {number}" for number in range(350_000)) + "\na\n").encode()
    started = time.process_time()
    with pytest.raises(Unreadable, match="more than 200 columns"):
        read_table(content, matches=lambda headings: 0)
    assert time.process_time() - started < 3


def test_control_columns_without_a_heading_at_the_end_are_nothing():
    content = ("Candidate number,Unit" + "," * 400 + "\n0012,1\n").encode()
    assert read_table(content, matches=lambda headings: 0).rows == ((2, ("0012", "1")),)


def test_a_misspelt_word_in_many_rows_is_compared_once():
    choices = {f"Applied Science, Extended Certificate {number}" for number in range(300)}
    started = time.process_time()
    near = {nearest("Aplied Sience, Extended Certificate 7", choices) for _ in range(5_000)}
    assert near == {"Applied Science, Extended Certificate 7"}
    assert time.process_time() - started < 2
