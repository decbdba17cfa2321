"""One mail for each person and day out of the reminders that wait for one."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery

from deadlines.actions.settling import stop_mails
from deadlines.models import Reminder
from deadlines.queries.due import confidence_words
from deadlines.queries.reminders import Situation, Work
from deadlines.rules.calendar import london_date
from deadlines.rules.mail import Item, blocks_of, subject_of
from deadlines.rules.slots import mailed_from
from portal.centres.models import Centre
from portal.notices.actions import Letter, queue_many
from portal.notices.models import Delivery, Notice
from portal.web.addresses import addresses
from portal.web.words import listed

KIND = "reminder"
# People bundled in one transaction: small enough that nobody else waits long for the database.
PEOPLE = 200


def bundle_reminders(*, now: Situation, as_of: datetime) -> int:
    """Put every waiting reminder into its person's mail of the day; how many mails were queued.

    A person whose mail of the day has not left gets a new one in its place that names everything; one whose mail has
    left hears of the rest tomorrow.
    """
    waiting = Reminder.objects.filter(notice=None, cancelled_at=None)
    people = list(waiting.values_list("user", flat=True).order_by("user").distinct())
    batches = (people[start : start + PEOPLE] for start in range(0, len(people), PEOPLE))
    return sum(_bundle(batch, now, as_of) for batch in batches)


@transaction.atomic
def _bundle(people: list[int], now: Situation, as_of: datetime) -> int:
    told, numbers = _mailed_today(people, as_of)
    waiting = Reminder.objects.filter(user__in=set(people) - told, notice=None, cancelled_at=None)
    locked = waiting.select_related("user").select_for_update(of=("self",))
    true, untrue = _sorted_out(locked.order_by("slot", "pk"), now)
    Reminder.objects.filter(pk__in=[row.pk for row in untrue]).update(cancelled_at=as_of)
    letters = [_letter(rows, now, as_of, numbers[user_id]) for user_id, rows in true.items()]
    queue_many(letters, at=as_of)
    _put_into_mails([row for rows in true.values() for row in rows], letters, now)
    return len(letters)


def _put_into_mails(rows: list[Reminder], letters: list[Letter], now: Situation) -> None:
    """Every reminder goes into its person's mail: one statement for all of them, whatever their number."""
    mails = Notice.objects.filter(dedupe_key__in=[letter.dedupe_key for letter in letters], user=OuterRef("user"))
    Reminder.objects.filter(pk__in=[row.pk for row in rows]).update(notice=Subquery(mails.values("pk")[:1]))
    moved = [row for row in rows if row.outstanding != _left(row, now)]
    for row in moved:
        row.outstanding = _left(row, now)
    Reminder.objects.bulk_update(moved, ["outstanding"], batch_size=500)


def _mailed_today(people: list[int], as_of: datetime) -> tuple[set[int], dict[int, int]]:
    """Who has had their mail of the day, and how many of the day there have been. A mail not yet on its way is stopped.

    A stopped mail has let go of its reminders; one shown on the pages only has not.
    """
    prefix = f"{KIND}:{london_date(as_of).isoformat()}:"
    mails = list(
        Notice.objects.filter(user__in=people, dedupe_key__startswith=prefix)
        .annotate(held=Count("reminders"))
        .values_list("pk", "user", "delivery", "held")
    )
    stopped = stop_mails([pk for pk, _, delivery, _ in mails if delivery == Delivery.QUEUED], as_of=as_of)
    told, numbers = set(), dict.fromkeys(people, 0)
    for pk, user_id, _, held in mails:
        numbers[user_id] += 1
        if held and pk not in stopped:
            told.add(user_id)
    return told, numbers


def _sorted_out(rows: Iterable[Reminder], now: Situation) -> tuple[dict[int, list[Reminder]], list[Reminder]]:
    """By person, what is still true; and what is not: nothing left to do, or no longer this person's to know."""
    true: dict[int, list[Reminder]] = defaultdict(list)
    untrue = []
    for row in rows:
        here = now.people.get(row.centre_id, {})
        if row.user_id and row.address in here and _left(row, now):
            true[row.user_id].append(row)
        else:
            untrue.append(row)
    return true, untrue


def _left(row: Reminder, now: Situation) -> int:
    return now.left(centre_id=row.centre_id, duty=row.duty, key_date_id=row.key_date_id)


def _letter(rows: list[Reminder], now: Situation, as_of: datetime, number: int) -> Letter:
    items = list({(row.centre_id, row.duty, row.key_date_id): _item(row, now) for row in rows}.values())
    centres = [now.centres[pk] for pk in dict.fromkeys(row.centre_id for row in rows)]
    today = london_date(as_of)
    first = rows[0]
    return Letter(
        kind=KIND,
        dedupe_key=f"{KIND}:{today.isoformat()}:{first.user_id}:{number}",
        address=first.address,
        template=KIND,
        context={
            "subject": subject_of(items),
            "blocks": blocks_of(items, today=today),
            "choose": _address("notices:preferences", centres[0]),
            "why": listed([_role_words(centre, first.address, now) for centre in centres]),
        },
        # A mail about several centres belongs to none of them: it must not show on one centre's pages.
        centre=centres[0] if len(centres) == 1 else None,
        user=first.user,
        send_after=mailed_from(as_of),
    )


def _item(row: Reminder, now: Situation) -> Item:
    work = now.work_of(duty=row.duty, key_date_id=row.key_date_id)
    centre = now.centres[row.centre_id]
    return Item(
        centre=f"{centre.name} ({centre.number})",
        subject=work.duty.subject,
        count=_left(row, now),
        on=work.key_date.on,
        url=_work_address(work, centre),
        detail=work.details.get(centre.pk, ""),
        unsure=confidence_words(work.key_date),
    )


def _work_address(work: Work, centre: Centre) -> str:
    query = f"?{work.url_query}" if work.url_query else ""
    return f"{_address(work.duty.url_name, centre)}{query}"


def _address(url_name: str, centre: Centre) -> str:
    return settings.BASE_URL + _pages(url_name)(centre.number)


@cache
def _pages(url_name: str) -> Callable[[str], str]:
    """A page's address by the centre's number: thousands of mails name the same few pages."""
    return addresses(url_name, blank="number")


def _role_words(centre: Centre, address: str, now: Situation) -> str:
    roles = listed([role.label for role in now.people[centre.pk][address].roles])
    return f"{roles} of {centre.name} ({centre.number})"
