"""Documents as tagged PDF, made by Typst from a template and plain data."""

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

HOUSE = Path(__file__).resolve().parents[3]
TEMPLATES = HOUSE / "templates" / "pdf"
# Made by the front-end build. Without it Typst's own typefaces serve: plainer, but complete.
TYPEFACE = HOUSE / "static" / "build" / "print"


class Unrenderable(Exception):
    """The template and the data do not make a document: a fault of ours, never of the person asking."""


def render(*, template: str, data: dict[str, Any]) -> bytes:
    """Make a PDF/UA-1 document from `templates/pdf/<template>.typ`.

    `data` reaches the template as JSON and is never read as markup, so it may hold any text. Its `made_at` (ISO 8601
    with an offset) dates the document; without it there is no date inside. Equal data make equal bytes. What each
    template needs stands at its top. Raises `Unrenderable` when there is no such template or the data lack something.
    """
    source = _source_of(template)
    try:
        return _compile(source, data=data, standard="ua-1")
    except typst.TypstError as fault:
        if not _is_about_a_character(fault):
            raise Unrenderable(f"{source.name}: {fault.message}") from fault
    # A name in a script that no typeface of ours covers: still tagged, but the standard may not be claimed.
    return _compile(source, data=data, standard="1.7")


def _source_of(template: str) -> Path:
    if not re.fullmatch(r"[a-z][a-z-]*", template) or not (TEMPLATES / f"{template}.typ").is_file():
        raise Unrenderable(f"There is no PDF template {template!r}.")
    return TEMPLATES / f"{template}.typ"


def _compile(source: Path, *, data: dict[str, Any], standard: Any) -> bytes:
    document = typst.compile(
        source,
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        timestamp=_timestamp(data),
        pdf_standards=standard,
        format="pdf",
    )
    if not isinstance(document, bytes):
        raise Unrenderable(f"{source.name} made no document.")
    return document


def _timestamp(data: dict[str, Any]) -> int:
    made_at = data.get("made_at")
    return int(datetime.fromisoformat(made_at).timestamp()) if made_at else 0


@cache
def _fonts() -> typst.Fonts:
    """Only typefaces that are the same on every machine."""
    folders = [TYPEFACE] if TYPEFACE.is_dir() else []
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


def _is_about_a_character(fault: typst.TypstError) -> bool:
    return "could not be displayed" in fault.message or "codepoint" in fault.message
