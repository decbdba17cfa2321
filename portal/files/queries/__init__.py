"""Reading stored files, and what a code proves."""

from portal.files.queries.codes import verification
from portal.files.queries.stored import content_digest, content_of

__all__ = ["content_digest", "content_of", "verification"]
