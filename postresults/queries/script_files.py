"""The bytes of scripts, a few at a time."""

from collections.abc import Iterator, Sequence

from portal.files.models import StoredFile
from portal.files.queries import content_of


def contents(files: Sequence[tuple[int, str]]) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of each (file, name), without holding more than a few scripts in memory."""
    names = dict(files)
    for row in StoredFile.objects.filter(pk__in=names).order_by("pk").iterator(chunk_size=10):
        yield names[row.pk], content_of(row)
