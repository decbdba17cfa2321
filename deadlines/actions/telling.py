"""What programs of centres are told of dates and reminders. Inside the caller's transaction; nobody's address."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max
from django.urls import reverse

from deadlines.models import KeyDate, Reminder
from portal.hooks.actions import emit_many, emit_to_all
from portal.hooks.queries import listeners
from portal.hooks.rules.events import EventKind, Happening


def tell_of_date(*, was: KeyDate, row: KeyDate, at: datetime) -> None:
    """A key date stands in the place of another. Dates are everybody's, so every centre that listens is told."""
    data = {
        "key": row.key,
        "series": row.series_id,
        "was": was.on.isoformat(),
        "on": row.on.isoformat(),
        "key_dates_url": f"{settings.BASE_URL}{reverse('api:key-dates')}?series={row.series_id}",
    }
    emit_to_all(kind=EventKind.DATE_CHANGED, data=data, at=at)


def tell_of_reminders(*, run: UUID, at: datetime) -> None:
    """The reminders that one planning wrote: one message for each centre, duty, date and slot."""
    centres = {row.centre_id for row in listeners(kinds=[EventKind.REMINDER_PLANNED], centre_ids=None)}
    if not centres:
        return
    rows = Reminder.objects.filter(run=run, centre__in=centres).order_by("centre", "duty", "key_date", "slot")
    named = ("centre", "duty", "slot", "key_date__key", "key_date__series", "key_date__on")
    planned = rows.values_list(*named).annotate(people=Count("pk"), left=Max("outstanding"))
    emit_many(
        [
            Happening(
                EventKind.REMINDER_PLANNED,
                centre,
                {
                    "duty": duty,
                    "days_before": slot,
                    "key": key,
                    "series": series,
                    "on": on.isoformat(),
                    "people": people,
                    "outstanding": left,
                },
            )
            for centre, duty, slot, key, series, on, people, left in planned
        ],
        at=at,
    )
