"""What a signed form may be: a document or a photograph, told by its bytes and not by its name."""

import re
from io import BytesIO

import puremagic

from portal.errors import Refused

# In bytes. A page photographed by a telephone is 3 to 4 MB.
LARGEST = 5 * 1024 * 1024
FORMS = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
LONGEST_NAME = 120
WRONG_KIND = "This is not a PDF, JPEG or PNG file. Scan or photograph the form, then upload that."


def check_form(content: bytes) -> str:
    """The content type that the bytes themselves show. Raises Refused for other kinds, empty and over-large files."""
    if not content:
        raise Refused("The file is empty. Check that you saved it before uploading.", code="empty", field="file")
    if len(content) > LARGEST:
        raise Refused("The file is larger than 5 MB. Scan it again with less detail.", code="too_large", field="file")
    try:
        ending = puremagic.from_stream(BytesIO(content)).lower()
    except (puremagic.PureError, ValueError):
        ending = ""
    if ending not in FORMS:
        raise Refused(WRONG_KIND, code="kind", field="file")
    return FORMS[ending]


def safe_name(name: str) -> str:
    """A name to save under: no folders, no signs that a header or a disk would stumble over."""
    last = re.split(r"[\\/]", name)[-1]
    kept = re.sub(r"[^\w.\- ]", "_", last).strip(" .")
    return kept[-LONGEST_NAME:] or "file"
