"""Reading stored files."""

from hashlib import sha256

from cryptography.fernet import InvalidToken
from django.conf import settings

from portal.errors import Refused
from portal.files.models import StoredFile
from portal.web.sealing import box


def content_digest(content: bytes) -> str:
    """The SHA-256 of a file as it came."""
    return sha256(content).hexdigest()


def content_of(file: StoredFile) -> bytes:
    """The bytes as they came. Raises Refused once the file is erased, or when its key is no longer in use."""
    if file.sealed is None:
        raise Refused("This file was kept as long as the rules ask for, and has been erased.", code="erased")
    try:
        return box(settings.FIELD_KEYS).decrypt(bytes(file.sealed))
    except InvalidToken:
        raise Refused("This file cannot be opened: the key it was locked with is gone.", code="key") from None
