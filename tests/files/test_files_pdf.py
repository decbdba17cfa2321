import io
from typing import Any

import pytest
from pypdf import PdfReader

from portal.files.rules import pdf

HOSTILE = r"""#panic("no") $x^2$ *bold* _it_ <label> @ref \ ` " ' [ ] { } // /* = + - ~ &amp; %s #image("/etc")"""


def receipt(**changes: Any) -> dict[str, Any]:
    learners = [
        {
            "number": f"{3000 + n}",
            "name": f"Learner{n}, Tobi",
            "programme": "Business, Extended Certificate, level 3",
            "kind": "Full award",
            "grade": "Merit, 61 points",
        }
        for n in range(60)
    ]
    data = {
        "title": "60 claims submitted",
        "reference": "CLM-24-00417",
        "centre_name": "Northgate College",
        "centre_number": "12345",
        "series_title": "summer 2024",
        "submitted_by": "Helen Marsh",
        "received": "Friday 28 June 2024, 9:44am",
        "in_time": True,
        "lateness": "",
        "undone": "",
        "next": [{"when": "Thursday 15 August 2024", "what": "60 level 3 results are issued"}],
        "programmes": [
            {
                "title": "Business, Extended Certificate, level 3",
                "kind": "Full award",
                "count": 60,
                "expected": "15 August",
            }
        ],
        "learners": learners,
        "made": "Friday 28 June 2024, 9:44am",
        "made_at": "2024-06-28T09:44:00+01:00",
    }
    return data | changes


def made(**changes: Any) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.render(template="receipt", data=receipt(**changes))))


def words(document: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in document.pages).split())


def test_the_receipt_is_tagged_titled_and_in_british_english():
    root = made().trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert made().metadata.title == "60 claims submitted, CLM-24-00417"
    assert made().metadata.author == "Exams Office"


def test_every_learner_stands_on_it_and_the_table_head_on_every_page():
    document = made()
    assert [f"Learner{n}, Tobi" in words(document) for n in range(60)] == [True] * 60
    pages = [page.extract_text() for page in document.pages]
    assert len(pages) == 2
    assert ["Grade" in page for page in pages] == [True, True]
    assert [f"Page {n} of 2" in page for n, page in enumerate(pages, 1)] == [True, True]


def test_in_time_and_late_are_said_in_words():
    assert "9:44am, in time" in words(made())
    late = words(made(in_time=False, lateness="An August result is no longer guaranteed."))
    assert "9:44am, late" in late
    assert "An August result is no longer guaranteed." in late


def test_claims_taken_back_have_no_what_happens_next():
    undone = words(made(undone="Undone Friday 28 June 2024, 9:51am"))
    assert "Undone Friday 28 June 2024, 9:51am" in undone
    assert "What happens next" not in undone
    assert "What happens next" in words(made())


@pytest.mark.parametrize("field", ["reference", "centre_name", "submitted_by", "received", "made", "series_title"])
def test_text_is_never_read_as_markup(field):
    assert HOSTILE.replace(" ", "") in words(made(**{field: HOSTILE})).replace(" ", "")


def test_a_hostile_name_comes_out_literally():
    learner = receipt()["learners"][0] | {"name": HOSTILE}
    assert HOSTILE.replace(" ", "") in words(made(learners=[learner])).replace(" ", "")


def test_a_script_that_no_typeface_covers_is_still_a_tagged_document():
    document = made(submitted_by="李")
    assert document.trailer["/Root"]["/StructTreeRoot"]["/K"]
    assert b"pdfuaid" not in document.trailer["/Root"]["/Metadata"].get_object().get_data()


def test_equal_data_make_equal_bytes():
    one, other = (pdf.render(template="receipt", data=receipt()) for _ in range(2))
    assert one == other
    assert one != pdf.render(template="receipt", data=receipt(made_at="2024-06-28T09:45:00+01:00"))
    undated = {name: value for name, value in receipt().items() if name != "made_at"}
    assert PdfReader(io.BytesIO(pdf.render(template="receipt", data=undated))).metadata.creation_date is None


@pytest.mark.parametrize("name", ["nothing-here", "../pdf/receipt", "Receipt", "", "receipt.typ"])
def test_an_unknown_template_is_refused(name):
    with pytest.raises(pdf.Unrenderable):
        pdf.render(template=name, data=receipt())


def test_missing_data_are_named():
    with pytest.raises(pdf.Unrenderable, match="reference"):
        pdf.render(template="receipt", data={name: value for name, value in receipt().items() if name != "reference"})
