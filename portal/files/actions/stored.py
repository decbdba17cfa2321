"""The only writer of stored files. It does the keeping; the room whose file it is writes the audit row."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from portal.centres.models import Centre
from portal.files.models import StoredFile
from portal.files.queries import content_digest
from portal.files.rules.uploads import check_form, safe_name
from portal.web.sealing import box


@transaction.atomic
def store_form(*, centre: Centre, purpose: str, name: str, content: bytes, by: Any, at: datetime) -> StoredFile:
    """Keep a PDF or a photograph, encrypted under the newest field key. Refused for other kinds and over 5 MB."""
    content_type = check_form(content)
    return StoredFile.objects.create(
        centre=centre,
        purpose=purpose,
        name=safe_name(name),
        content_type=content_type,
        size=len(content),
        digest=content_digest(content),
        sealed=box(settings.FIELD_KEYS).encrypt(content),
        stored_at=at,
        stored_by=by,
    )


@transaction.atomic
def erase(*, files: Collection[int], at: datetime) -> int:
    """Forget the bytes and the name of files for good; how many were erased. Size and digest stay as evidence."""
    kept = StoredFile.objects.filter(pk__in=files, erased_at=None)
    return kept.update(sealed=None, name="", erased_at=at)
