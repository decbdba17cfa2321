"""A person's own calendar: what is outstanding at the centres they act for, and what is coming there."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import reverse

from deadlines.duties import Outstanding, Part, duties, parts_of_all
from deadlines.models import CalendarFeed, DateStatus, KeyDate
from deadlines.queries.dates import current_series, dates_of
from deadlines.queries.due import confidence_words
from deadlines.rules.calendar import london_date
from deadlines.rules.ics import CalendarItem
from deadlines.rules.mail import counted
from deadlines.rules.secret_links import digest_of
from portal.catalogue.models import Series
from portal.centres.access import centres_of
from portal.centres.models import Centre
from portal.errors import Refused
from portal.learners.models import Registration
from portal.web.sealing import unsealed

LAG = "Calendars may lag behind by a day: the mail remains the alarm."


def feed_behind(*, secret: str) -> CalendarFeed | None:
    """The live calendar of a secret, or None: unknown, ended, or of somebody whose account is switched off."""
    found = CalendarFeed.objects.filter(digest=digest_of(secret), revoked_at=None, user__is_active=True)
    return found.select_related("user").first()


def feed_of(*, user: Any) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(user=user, revoked_at=None).first()


def address_of(*, feed: CalendarFeed) -> str:
    """The whole address of a calendar, or nothing when its secret can no longer be read."""
    secret = unsealed(feed.sealed, keys=settings.FIELD_KEYS)
    return settings.BASE_URL + reverse("deadlines-feed", kwargs={"secret": secret}) if secret else ""


def items_of(*, feed: CalendarFeed, as_of: datetime) -> list[CalendarItem]:
    """Everything in the calendar, by day. Empty while no dates are loaded and for people without a centre."""
    try:
        series = current_series(on=london_date(as_of))
    except Refused:
        return []
    dates, centres = dates_of(series), centres_of(user=feed.user, at=as_of)
    moves = _moves(series)
    work = [item for centre in centres for item in _work(centre, series, dates, moves, feed, as_of)]
    coming = _coming(centres, series, dates, moves, feed, as_of) if centres else []
    return sorted([*work, *coming], key=lambda item: (item.on, item.uid))


def _moves(series: Series) -> dict[str, int]:
    """How often each key's date was put in the place of another."""
    rows = KeyDate.objects.filter(series=series, status=DateStatus.SUPERSEDED)
    return dict(rows.values_list("key").annotate(Count("pk")).order_by("key"))


def _work(
    centre: Centre,
    series: Series,
    dates: dict[str, KeyDate],
    moves: dict[str, int],
    feed: CalendarFeed,
    as_of: datetime,
) -> Iterator[CalendarItem]:
    """What the centre has left to do. A person acts for a handful of centres, so each is asked for by itself."""
    for part in parts_of_all(dates):
        for found in part.outstanding(as_of=as_of, series=series, centre_id=centre.pk):
            on = part.key_date.on if part.key_date else found.oldest
            if on:
                yield _duty_item(part, found, centre, series, on, moves, feed)


def _duty_item(
    part: Part,
    found: Outstanding,
    centre: Centre,
    series: Series,
    on: date,
    moves: dict[str, int],
    feed: CalendarFeed,
) -> CalendarItem:
    duty, key_date = part.duty, part.key_date
    path = reverse(duty.url_name, kwargs={"number": centre.number})
    late = [key_date.consequence, confidence_words(key_date)] if key_date else []
    return CalendarItem(
        uid=f"{duty.key}.{_which(part, series, on)}.{centre.number}@exams-office",
        sequence=moves.get(key_date.key, 0) if key_date else 0,
        stamped_at=_stamp(key_date, feed),
        on=on,
        summary=f"{counted(duty.subject, found.count)}, {centre.name}",
        description=_lines([f"{centre.name} ({centre.number})", *late, LAG]),
        url=f"{settings.BASE_URL}{path}" + (f"?{part.url_query}" if part.url_query else ""),
    )


def _which(part: Part, series: Series, on: date) -> str:
    """What sets one piece of work apart. Without a key date it is due on its own day: another day is another piece."""
    if part.key_date is None:
        return on.isoformat()
    return series.pk if part.key_date.key == part.duty.key_date else f"{series.pk}.{part.key_date.key}"


def _coming(
    centres: list[Centre],
    series: Series,
    dates: dict[str, KeyDate],
    moves: dict[str, int],
    feed: CalendarFeed,
    as_of: datetime,
) -> list[CalendarItem]:
    """Dates still to come for the families that the centres run. Those that work is due on stand with the work."""
    run = _families(centres, series)
    worked = {key for duty in duties() for key in duty.key_dates}
    today = london_date(as_of)
    wanted = [
        row
        for row in dates.values()
        if row.on >= today and row.key not in worked and (not row.families or run & set(row.families))
    ]
    url = settings.BASE_URL + reverse("deadlines:dates", kwargs={"number": centres[0].number})
    return [_date_item(row, series, moves, feed, url) for row in wanted]


def _families(centres: list[Centre], series: Series) -> set[str]:
    rows = Registration.objects.filter(centre__in=centres, series=series)
    return set(rows.values_list("programme__qualification__family", flat=True).distinct())


def _date_item(row: KeyDate, series: Series, moves: dict[str, int], feed: CalendarFeed, url: str) -> CalendarItem:
    return CalendarItem(
        uid=f"{row.key}.{series.pk}@exams-office",
        sequence=moves.get(row.key, 0),
        stamped_at=_stamp(row, feed),
        on=row.on,
        summary=row.title,
        description=_lines([f"{row.audience}.", row.consequence, confidence_words(row), LAG]),
        url=url,
    )


def _stamp(row: KeyDate | None, feed: CalendarFeed) -> datetime:
    """When what the item says was set, so that asking again for the same gives the same bytes."""
    return ((row and row.changed_at) or feed.made_at).astimezone(UTC)


def _lines(words: Iterable[str]) -> str:
    return "\n".join(word for word in words if word)
