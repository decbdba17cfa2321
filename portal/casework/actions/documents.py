"""Letters of a case, made as PDF with a code that proves them."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from portal.audit import actions as audit
from portal.casework.models import Case, Decision, Document
from portal.files.actions import give_code
from portal.files.models import Verification
from portal.files.rules import pdf
from portal.web.words import moment


@transaction.atomic
def file_letter(
    *,
    case: Case,
    title: str,
    kind: str,
    paragraphs: list[str],
    by: Any,
    at: datetime,
    centre_sees: bool = True,
    decision: Decision | None = None,
    expires_at: datetime | None = None,
) -> Document:
    """Make a letter as a tagged PDF and keep it with the case. Its code leads to a page without personal data.

    From `expires_at` on the centre can no longer download it.
    """
    code = give_code(title=title, at=at)
    made = Document.objects.create(
        case=case,
        decision=decision,
        title=title,
        kind=kind,
        content=_rendered(case, title, paragraphs, code, at),
        verification=code,
        at=at,
        by=getattr(by, "user", by),
        centre_sees=centre_sees,
        expires_at=expires_at,
    )
    audit.record(verb="casework.document_filed", by=by, at=at, subject=case, centre=case.centre, data={"kind": kind})
    return made


def _rendered(case: Case, title: str, paragraphs: list[str], code: Verification, at: datetime) -> bytes:
    data = {
        "title": title,
        "reference": case.reference,
        "centre_name": case.centre.name,
        "centre_number": case.centre.number,
        "paragraphs": paragraphs,
        "code": code.code,
        "verify": settings.BASE_URL + reverse("files:verify", args=[code.code]),
        "made": moment(at),
        "made_at": at.isoformat(),
    }
    return pdf.render(template="letter", data=data)
