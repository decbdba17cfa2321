"""Workbooks made in code: ordinary ones by openpyxl, hostile ones part by part."""

import io
import zipfile

from openpyxl import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="{kind}" Target="{target}"/></Relationships>'
)
PARTS = {
    "[Content_Types].xml": _TYPES,
    "_rels/.rels": _RELS.format(kind=f"{_REL}/officeDocument", target="xl/workbook.xml"),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN}" xmlns:r="{_REL}"><sheets><sheet name="Grades" sheetId="1" r:id="r1"/></sheets>'
        "</workbook>"
    ),
    "xl/_rels/workbook.xml.rels": _RELS.format(kind=f"{_REL}/worksheet", target="worksheets/sheet1.xml"),
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"/>',
}


def book(*sheets, hidden=()):
    """A workbook of (title, rows) sheets."""
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if title in hidden:
            sheet.sheet_state = "hidden"
    return saved(made)


def saved(made):
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def packed(sheet="", *, declared=None, **parts):
    """A workbook of raw parts. `sheet` is the XML inside sheetData, or the whole part when it is markup of its own."""
    whole = sheet if sheet.startswith("<?") else f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, text in {**PARTS, "xl/worksheets/sheet1.xml": whole, **parts}.items():
            folder.writestr(name, text)
    return out.getvalue()


def cell(place, words):
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


HEADING = f'<row r="1">{cell("A1", "Candidate number")}{cell("B1", "Unit")}{cell("C1", "Grade")}</row>'


def line(number):
    return f'<row r="{number}">{cell(f"A{number}", "0012")}{cell(f"B{number}", "1")}{cell(f"C{number}", "M")}</row>'
