"""Cases end by themselves when the window for an appeal is over."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from deadlines.actions import stop_clocks
from deadlines.models import Clock
from portal.casework.actions import move_many
from portal.casework.models import Case
from postresults.kinds import REVIEW
from postresults.rules import states
from postresults.rules.appeals import LODGE

BATCH = 500


def close_when_over(*, as_of: datetime) -> int:
    """The sweep: close answered reviews whose window for an appeal has passed; how many closed.

    Set-based, a batch a transaction; safe twice, and two at once share the work.
    """
    total = 0
    while done := _batch(as_of):
        total += done
    return total


@transaction.atomic
def _batch(as_of: datetime) -> int:
    over = Clock.objects.filter(case=OuterRef("pk"), limit=LODGE, stopped_at=None, until_at__lt=as_of)
    rows = Case.objects.filter(Exists(over), kind=REVIEW.key, status=states.DECIDED, closed_at=None).order_by("pk")
    held = list(rows.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    if held:
        stop_clocks(cases=held, limit=LODGE, at=as_of, by=None)
        move_many(cases=held, to=states.CLOSED, by=None, at=as_of, reason="window_over")
    return len(held)
