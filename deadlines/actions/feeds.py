"""A person's calendar link: made, made anew, ended."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from deadlines.models import CalendarFeed
from deadlines.rules.secret_links import digest_of, new_secret
from portal.accounts.models import User
from portal.audit.actions import record
from portal.web.sealing import sealed


@transaction.atomic
def renew_feed(*, by: Any, at: datetime) -> CalendarFeed:
    """A new secret address for a person's calendar. An older one stops working with it."""
    _end(by, at)
    secret = new_secret()
    feed = CalendarFeed.objects.create(
        user=by, digest=digest_of(secret), sealed=sealed(secret, keys=settings.FIELD_KEYS), made_at=at
    )
    record(verb="deadlines.feed_made", by=by, at=at, subject=feed)
    return feed


@transaction.atomic
def revoke_feed(*, by: Any, at: datetime) -> bool:
    """End a person's calendar link; whether there was one."""
    ended = _end(by, at)
    for feed in ended:
        record(verb="deadlines.feed_revoked", by=by, at=at, subject=feed)
    return bool(ended)


def _end(user: Any, at: datetime) -> list[CalendarFeed]:
    """The person's row is held, so that two requests at once leave one link."""
    User.objects.select_for_update().get(pk=user.pk)
    live = list(CalendarFeed.objects.filter(user=user, revoked_at=None))
    CalendarFeed.objects.filter(pk__in=[feed.pk for feed in live]).update(revoked_at=at, sealed="")
    return live
