"""What people, and other rooms, do about a message after it was queued."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from portal import clock
from portal.audit.actions import record
from portal.errors import Refused
from portal.notices.models import Delivery, Notice
from portal.notices.rules import one_line

LINK_IS_GONE = "This mail held a link for one use, which is no longer kept. Its reader must ask for a new one."


@transaction.atomic
def cancel(*, notices: Collection[int], at: datetime, why: str = "The work was done before this was sent") -> int:
    """Keep waiting mails from being sent; how many were stopped. Mails already under way are not touched.

    They stay in the inbox, which says why no mail went.
    """
    waiting = Notice.objects.filter(pk__in=notices, delivery=Delivery.QUEUED)
    return waiting.update(delivery=Delivery.NONE, fault=why, read_at=at)


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
def send_again(*, notice: Notice, by: Any, at: datetime) -> None:
    """Put a mail that failed, or of which nobody knows whether it arrived, back into the queue (staff).

    It keeps its Message-ID, so the reader's program can tell a duplicate.
    """
    if notice.secret:
        raise Refused(LINK_IS_GONE, code="secret")
    values = {"delivery": Delivery.QUEUED, "attempts": 0, "fault": "", "send_after": clock.wall()}
    _resolve(notice, states=(Delivery.UNKNOWN, Delivery.FAILED), values=values)
    record(verb="notices.requeued", by=by, at=at, subject=notice, centre=notice.centre)


@transaction.atomic
def confirm_arrived(*, notice: Notice, by: Any, at: datetime) -> None:
    """Settle a doubtful mail: its reader, or the mail server's log, says that it arrived (staff)."""
    values = {"delivery": Delivery.SENT, "fault": "", "sent_at": clock.wall()}
    _resolve(notice, states=(Delivery.UNKNOWN,), values=values)
    record(verb="notices.arrived", by=by, at=at, subject=notice, centre=notice.centre)


def _resolve(notice: Notice, *, states: Collection[str], values: dict[str, Any]) -> None:
    if not Notice.objects.filter(pk=notice.pk, delivery__in=states).update(**values):
        raise Refused("Somebody has dealt with this mail already. Load the page again to see how it stands.")


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
