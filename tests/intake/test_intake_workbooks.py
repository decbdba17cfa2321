"""Excel workbooks: read as their owner means them, or refused in a sentence, quickly and in little memory."""

import io
import struct
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from portal.intake.kinds import sheets
from portal.intake.rules import Unreadable, read_table, unread_cell
from portal.intake.rules.archive import MOST_CELLS
from portal.intake.rules.columns import Column
from portal.intake.rules.faults import MOST_ROWS
from portal.intake.rules.headings import known
from tests.intake.books import HEADING, MAIN, PARTS, book, line, packed, saved

COLUMNS = (Column("number", "Candidate number"), Column("unit", "Unit"), Column("grade", "Grade"))
PLAIN = [["Candidate number", "Unit", "Grade"], ["0012", "1", "M"], ["0013", "8", "P"]]
READ = ((2, ("0012", "1", "M")), (3, ("0013", "8", "P")))
ROOT = Path(__file__).parents[2]


def read(content):
    return read_table(content, matches=lambda headings: known(headings, COLUMNS))


def fault(content):
    with pytest.raises(Unreadable) as refusal:
        read(content)
    (words,) = refusal.value.faults
    assert words.endswith(".")
    return words


def cells_of(*row):
    """How one row of values reads beneath a row of headings."""
    table = read(book(("Grades", [["Candidate number", "Unit", "Grade"], row])))
    return table.rows[0][1]


# --- what is read ---


def test_a_workbook_reads_like_the_same_rows_in_csv():
    table = read(book(("Grades", PLAIN)))
    csv = "\n".join(",".join(row) for row in PLAIN).encode()
    assert (table.headings, table.rows) == (read(csv).headings, read(csv).rows)
    assert (table.sheet, table.rows) == ("Grades", READ)


def test_the_first_visible_sheet_with_anything_on_it_is_read_and_the_others_are_named():
    content = book(("Old", PLAIN[:2]), ("Empty", []), ("June", PLAIN), ("Notes", [["x"]]), hidden=["Old"])
    table = read(content)
    assert (table.sheet, table.rows, table.others) == ("June", READ, ("Old", "Empty", "Notes"))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (12, "12"),
        (12.0, "12"),
        (0.5, "0.5"),
        (9276308686, "9276308686"),
        (9.27631e09, "9276310000"),
        ("9.27631E+09", "9.27631E+09"),
        (True, "TRUE"),
        (date(2006, 3, 9), "09/03/2006"),
        (datetime(2006, 3, 9, 14, 30), "09/03/2006 14:30"),
        (38785, "38785"),
        ("Zoë", "Zoë"),
    ],
)
def test_cells_as_their_owner_reads_them(value, words):
    assert cells_of("0012", value, "M") == ("0012", words, "M")


def test_empty_rows_and_columns_at_the_end_are_nothing():
    rows = [[*row, None, " ", None] for row in PLAIN]
    assert read(book(("Grades", [*rows, [None] * 6, [" "]]))).rows == READ


def test_gaps_keep_the_numbers_of_the_rows():
    sheet = HEADING + line(5) + line(900)
    assert [number for number, _ in read(packed(sheet)).rows] == [5, 900]


def test_formulas_read_as_their_stored_values():
    done = '<row r="2"><c r="A2"><f>6+6</f><v>12</v></c><c r="B2" t="str"><f>"1"</f><v>1</v></c></row>'
    assert read(packed(HEADING + done)).rows[0][1] == ("12", "1")


def test_a_formula_without_its_value_names_the_cell():
    made = Workbook()
    for row in [*PLAIN[:2], ["0013", "8", "=A1"]]:
        made.active.append(row)
    (_, good), (_, bad) = read(saved(made)).rows
    assert (good, bad) == (("0012", "1", "M"), ("0013", "8", "=A1"))
    assert unread_cell(bad[2], place=2, line=3)[0] == "Cell C3 holds a formula without its result."
    assert unread_cell(good[2], place=2, line=2) is None


def test_an_error_in_a_cell_names_the_cell():
    error = '<row r="2"><c r="A2" t="e"><f>VLOOKUP(1,B:B,1)</f><v>#N/A</v></c></row>'
    value = read(packed(HEADING + error)).rows[0][1][0]
    assert unread_cell(value, place=0, line=2)[0] == "Cell A2 shows the error #N/A."


def test_links_to_other_workbooks_are_not_followed():
    linked = '<row r="2"><c r="A2"><f>[1]Sheet1!A1</f><v>12</v></c></row>'
    link = {"xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"/>'}
    assert read(packed(HEADING + linked, **link)).rows[0][1] == ("12",)


# --- what is refused, each with what to do ---


def test_a_title_above_the_headings():
    words = fault(book(("Grades", [["June grades"], [], *PLAIN])))
    assert words.startswith("Row 3 looks like the headings, but other rows stand above it. Delete the rows above row 3")
    assert fault(b"June grades,,\nCandidate number,Unit,Grade\n0012,1,M\n").startswith("Row 2 looks like the headings")


def test_two_rows_of_headings_merged():
    made = Workbook()
    for row in [["Learner", None, "June"], *PLAIN]:
        made.active.append(row)
    made.active.merge_cells("A1:B1")
    assert fault(saved(made)).startswith("Row 2 looks like the headings")


def test_cells_merged_over_rows():
    made = Workbook()
    for row in PLAIN:
        made.active.append(row)
    made.active.merge_cells("A2:A3")
    assert fault(saved(made)).startswith("Cells are merged over several rows: A2:A3.")


def test_one_merged_row_is_read():
    made = Workbook()
    for row in PLAIN:
        made.active.append(row)
    made.active.merge_cells("D1:E1")
    assert read(saved(made)).rows == READ


def test_nothing_on_any_sheet_that_shows():
    assert fault(book(("Grades", []), ("Old", PLAIN), hidden=["Old"])).startswith("The file is empty")


def _declaring(size):
    """A workbook whose sheet says that it unpacks to another size than it does."""
    content = bytearray(packed(HEADING + "".join(map(line, range(2, 200)))))
    at = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    content[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(content)


def _encrypted_entry():
    content = bytearray(packed(HEADING + line(2)))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def _twice():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as folder, pytest.warns(UserWarning, match="Duplicate"):
        folder.writestr("xl/workbook.xml", "<x/>")
        folder.writestr("xl/workbook.xml", "<y/>")
    return out.getvalue()


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
WIDE = "".join(f'<c r="XFD{n}"><v>1</v></c></row><row r="{n + 1}">' for n in range(2, 40_000))
NESTED = "<a>" * 300_000 + "</a>" * 300_000
FORMATTED = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{"<c/>" * 200_000}</row></sheetData></worksheet>'


def renamed(part, ending, *, encoding="utf-8"):
    """A workbook whose sheet is called otherwise, found by its relationship, and declares entities."""
    rels = PARTS["xl/_rels/workbook.xml.rels"].replace(f"{part}.xml", f"{part}.{ending}")
    laughs = LAUGHS.replace("<x>&b;</x>", f'<worksheet xmlns="{MAIN}"><sheetData>{HEADING}</sheetData></worksheet>')
    return packed(HEADING, **{"xl/_rels/workbook.xml.rels": rels, f"xl/{part}.{ending}": laughs.encode(encoding)})


def many_strings(ending):
    """Five million shared strings, found by the content types; 2 MB as a file."""
    types = PARTS["[Content_Types].xml"].replace("sharedStrings.xml", f"sharedStrings.{ending}")
    strings = f'<sst xmlns="{MAIN}">{"<si/>" * 5_000_000}</sst>'
    return packed(HEADING, **{"[Content_Types].xml": types, f"xl/sharedStrings.{ending}": strings})


HOSTILE = {
    "password": (lambda: OLD + "EncryptedPackage".encode("utf-16-le"), "The workbook is protected with a password."),
    "encrypted entry": (_encrypted_entry, "The workbook is protected with a password."),
    "xls": (lambda: OLD + "Workbook".encode("utf-16-le"), "The file is an older Excel file (.xls)"),
    "xlsm": (lambda: packed(HEADING, **{"xl/vbaProject.bin": "x"}), "The workbook holds macros (.xlsm)"),
    "xlsb": (lambda: packed(HEADING, **{"xl/workbook.bin": "x"}), "The file is a binary Excel workbook"),
    "cut short": (lambda: book(("Grades", PLAIN))[:-40], "The file is a damaged zip"),
    "bad bytes": (lambda: packed("<row").replace(b"<", b"\xff"), "The workbook is damaged"),
    "no markup": (lambda: packed("<?xml nothing"), "The workbook is damaged"),
    "no sheet": (lambda: packed(HEADING, **{"xl/workbook.xml": "<x/>"}), "The file is empty"),
    "string out of range": (lambda: packed('<row r="1"><c t="s"><v>9</v></c></row>'), "The workbook is damaged"),
    "parts twice": (_twice, "The workbook is damaged: its parts lie over one another."),
    "says too little": (lambda: _declaring(10), "The workbook is damaged"),
    "says too much": (lambda: _declaring(2**31), "The workbook unpacks to far more"),
    "bomb": (lambda: packed(HEADING + " " * 110_000_000), "The workbook unpacks to far more"),
    "bomb beside": (lambda: packed(HEADING, **{"xl/media/a.png": "0" * 90_000_000}), "The workbook unpacks to far"),
    "many parts": (lambda: packed(HEADING, **{f"xl/x{n}": "" for n in range(600)}), "The workbook has more than 500"),
    "entities": (lambda: packed(HEADING, **{"xl/styles.xml": LAUGHS}), "The workbook holds declarations"),
    "other letters": (
        lambda: packed(HEADING, **{"xl/styles.xml": LAUGHS.encode("utf-16")}),
        "The workbook is written in a way",
    ),
    "200,000 rows": (lambda: packed(HEADING + "".join(map(line, range(2, 200_002)))), "The workbook is too large"),
    "60,000 rows": (lambda: packed(HEADING + "".join(map(line, range(2, 60_002)))), "A sheet of the workbook has"),
    "a row far below": (lambda: packed(HEADING + line(999_999_999)), "The sheet goes on below row 200,000."),
    "a million strings": (
        lambda: packed(
            HEADING, **{"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"<si><t>a</t></si>" * 900_000}</sst>'}
        ),
        "The workbook",
    ),
    "styles": (
        lambda: packed(HEADING, **{"xl/styles.xml": f'<s xmlns="{MAIN}">{"<xf/>" * 400_000}</s>'}),
        "The workbook",
    ),
    "nested": (lambda: packed(NESTED), "The workbook"),
    "a sheet of another name": (lambda: renamed("worksheets/sheet1", "dat"), "The workbook holds a part that no"),
    "a sheet called a picture": (lambda: renamed("worksheets/sheet1", "png"), "The workbook holds declarations"),
    "a sheet in other letters called a picture": (
        lambda: renamed("worksheets/sheet1", "png", encoding="utf-16"),
        "The workbook is written in a way",
    ),
    "strings of another name": (lambda: many_strings("dat"), "The workbook"),
    "strings called a picture": (lambda: many_strings("png"), "The workbook"),
    "many sheets of formatted cells": (
        lambda: packed(HEADING, **{f"xl/worksheets/sheet{n}.xml": FORMATTED for n in range(2, 6)}),
        "The sheets of the workbook have more than 500,000 cells",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_in_a_sentence(name):
    made, words = HOSTILE[name]
    assert fault(made()).startswith(words)


CHILD = """
import resource, sys, time
from portal.intake.kinds import sheets
from portal.intake.rules import Unreadable, read_table
content = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF)
try:
    rows = len(read_table(content, matches=lambda headings: 3).rows) if sys.argv[2] == "ours" else control(content)
    words = f"{rows} rows"
except Unreadable as refusal:
    words = refusal.message
after = resource.getrusage(resource.RUSAGE_SELF)
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak // 1024, words, sep="|")
"""
CONTROL = """
import io, openpyxl
def control(content):
    return sum(1 for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
"""


def in_a_child(tmp_path, content, how="ours"):
    """Seconds of processor time, megabytes at the peak, and words, from a process that may have 600 MB and no more."""
    place = tmp_path / "book.xlsx"
    place.write_bytes(content)
    limits = "import resource; resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))\n"
    script = limits + CONTROL + CHILD
    run = [sys.executable, "-c", script, str(place), how]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=60)
    if done.returncode:
        return None
    seconds, megabytes, words = done.stdout.strip().split("|")
    return float(seconds), int(megabytes), words


HEAVY = [
    "bomb",
    "bomb beside",
    "200,000 rows",
    "60,000 rows",
    "a row far below",
    "a million strings",
    "styles",
    "nested",
    "strings of another name",
    "strings called a picture",
    "many sheets of formatted cells",
]


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_workbook_costs_little(tmp_path, name):
    seconds, megabytes, words = in_a_child(tmp_path, HOSTILE[name][0]())
    assert words.startswith(("The ", "A "))
    assert (seconds < 2, megabytes < 200) == (True, True), f"{seconds:.2f} s, {megabytes} MB"


def test_rows_that_reach_to_the_last_column_cost_little(tmp_path):
    seconds, megabytes, words = in_a_child(tmp_path, packed(f'{HEADING}<row r="2">{WIDE}</row>'))
    assert words == "The file has one row only. It needs a row of headings and at least one row beneath it."
    assert (seconds < 2, megabytes < 200) == (True, True), f"{seconds:.2f} s, {megabytes} MB"


def test_the_control_does_not_survive(tmp_path):
    """Without looking first, the same bytes take the process past its limits."""
    found = in_a_child(tmp_path, HOSTILE["60,000 rows"][0](), how="control")
    assert found is None or found[0] >= 2 or found[1] >= 200


def test_20_000_rows_are_read(tmp_path):
    content = packed(HEADING + "".join(map(line, range(2, 20_002))))
    seconds, megabytes, words = in_a_child(tmp_path, content)
    assert words == "20000 rows"
    assert (seconds < 2, megabytes < 200) == (True, True), f"{seconds:.2f} s, {megabytes} MB"


@pytest.mark.parametrize("sheet", sheets(), ids=lambda sheet: sheet.key)
def test_every_row_that_the_page_promises_fits_with_every_column_of_the_sheet(sheet):
    assert (MOST_ROWS + 1) * len(sheet.columns) <= MOST_CELLS
