"""What people, and other rooms, do about a message after it was queued."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from portal import clock
from portal.audit.actions import Act, record, record_many
from portal.errors import Refused
from portal.notices.models import Delivery, Notice
from portal.notices.rules import check_move, one_line

LINK_IS_GONE = "This mail held a link for one use, which is no longer kept. Its reader must ask for a new one."


@transaction.atomic
def cancel(*, notices: Collection[int], at: datetime, why: str = "The work was done before this was sent") -> int:
    """Keep waiting mails from being sent; how many were stopped. Mails already under way are not touched.

    They stay in the inbox, which says why no mail went.
    """
    waiting = Notice.objects.filter(pk__in=notices, delivery=Delivery.QUEUED)
    return waiting.update(delivery=Delivery.NONE, fault=why, read_at=at)


@transaction.atomic
def forget(*, dedupe_keys: Collection[str]) -> int:
    """Erase address and words of messages that are kept no longer; how many. One that still waits is not sent."""
    known = Notice.objects.filter(dedupe_key__in=dedupe_keys)
    known.filter(delivery=Delivery.QUEUED).update(delivery=Delivery.NONE, fault="Its time ended before it was sent")
    return known.exclude(delivery=Delivery.SENDING).update(address="", text="", html="")


@transaction.atomic
def resend(*, notice: Notice, by: Any, at: datetime) -> Notice:
    """Queue a copy of a message for the same address. Pressing twice makes one copy.

    Refused while the message or its latest copy is still on its way, and for one-time links.
    """
    original = Notice.objects.select_for_update().get(pk=notice.again_id or notice.pk)
    if original.secret:
        raise Refused(LINK_IS_GONE, code="secret")
    waiting = [Delivery.QUEUED, Delivery.SENDING]
    if original.delivery in waiting or original.repeats.filter(delivery__in=waiting).exists():
        raise Refused("This message is already on its way. Wait until it is sent before you send it again.")
    copy = _copy(original, at=at)
    record(verb="notices.sent_again", by=by, at=at, subject=copy, centre=copy.centre, data={"of": original.pk})
    return copy


@transaction.atomic
def send_again(*, notices: Collection[Notice], by: Any, at: datetime) -> None:
    """Put mails that failed, or of which nobody knows whether they arrived, back into the queue (staff).

    They keep their Message-ID, so a reader's program can tell a duplicate. All of them, or none.
    """
    if any(notice.secret for notice in notices):
        raise Refused(LINK_IS_GONE, code="secret")
    values = {"delivery": Delivery.QUEUED, "attempts": 0, "fault": "", "send_after": clock.wall()}
    _resolve(notices, states=(Delivery.UNKNOWN, Delivery.FAILED), values=values)
    record_many([Act("notices.requeued", by, at, notice, notice.centre) for notice in notices])


@transaction.atomic
def confirm_arrived(*, notices: Collection[Notice], by: Any, at: datetime) -> None:
    """Settle doubtful mails: their readers, or the mail server's log, say that they arrived (staff). All or none."""
    values = {"delivery": Delivery.SENT, "fault": "", "sent_at": clock.wall()}
    _resolve(notices, states=(Delivery.UNKNOWN,), values=values)
    record_many([Act("notices.arrived", by, at, notice, notice.centre) for notice in notices])


def _resolve(notices: Collection[Notice], *, states: Collection[str], values: dict[str, Any]) -> None:
    for state in states:
        check_move(came_from=state, to=values["delivery"])
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in notices], delivery__in=states)
    if rows.update(**values) != len(notices):
        raise Refused("Not every one of these mails waits for this. Load the page again to see how they stand.")


def _copy(original: Notice, *, at: datetime) -> Notice:
    wall = clock.wall()
    return Notice.objects.create(
        dedupe_key=f"again:{original.pk}:{original.repeats.count() + 1}",
        kind=original.kind,
        centre=original.centre,
        user=original.user,
        address=original.address,
        subject=one_line(original.subject),
        text=original.text,
        html=original.html,
        again=original,
        queued_at=at,
        waiting_since=wall,
        send_after=min(at, wall),
        read_at=at,
    )
