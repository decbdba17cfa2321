"""What a code proves."""

from portal.files.models import Verification
from portal.files.rules.codes import tidy_code


def verification(code: str) -> Verification | None:
    """The document that a code was printed on, however the code was typed."""
    return Verification.objects.filter(code=tidy_code(code)).first()
