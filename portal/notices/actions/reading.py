"""What a person does in the inbox."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from portal.notices.models import Notice, Preference
from portal.notices.rules import CHOICES
from portal.web.actor import Actor


@transaction.atomic
def mark_read(*, by: Actor, at: datetime, notice: Notice | None = None) -> int:
    """Mark one message of the person, or every one for the centre, as read; how many were unread."""
    unread = Notice.objects.filter(user=by.user, centre=by.centre, read_at=None)
    return (unread.filter(pk=notice.pk) if notice else unread).update(read_at=at)


@transaction.atomic
def choose_mail(*, kinds: Collection[str], by: Actor) -> None:
    """Mail the person exactly these of the kinds that may be chosen; the others show in the inbox only.

    The choice holds for every centre. Messages that are already waiting to be sent still go.
    """
    for kind in CHOICES:
        Preference.objects.update_or_create(user=by.user, kind=kind, defaults={"by_mail": kind in kinds})
