"""Consents at the end of their time."""

from collections import Counter
from datetime import datetime

from django.db import transaction

from portal import clock
from portal.audit.actions import Act, record_many
from portal.centres.models import Centre
from portal.consent.actions.answering import COPY
from portal.consent.actions.asking import KIND
from portal.consent.models import Consent
from portal.files.actions import erase
from portal.notices.actions import forget

BATCH = 1000
EMPTY = {
    "contact_email": "",
    "digest": "",
    "sealed": "",
    "typed_name": "",
    "witness_name": "",
    "held_by": "",
    "withdrawn_reason": "",
    "file": None,
}


def dispose(*, as_of: datetime) -> int:
    """Erase names, addresses and files of consents whose last day has passed; how many were disposed of.

    Rows stay, without what told who said it, and the audit stays whole. Set-based, a batch a transaction; two
    sweeps at once share the work.
    """
    total = 0
    while done := _batch(as_of=as_of):
        total += done
    return total


@transaction.atomic
def _batch(*, as_of: datetime) -> int:
    due = Consent.objects.to_dispose(on=clock.london_date(as_of)).order_by("pk")
    held = list(due.select_for_update(of=("self",), skip_locked=True).values_list("pk", "file", "centre")[:BATCH])
    pks = [pk for pk, _, _ in held]
    Consent.objects.filter(pk__in=pks).update(**EMPTY, disposed_at=as_of)
    erase(files=[file for _, file, _ in held if file], at=as_of)
    forget(dedupe_keys=[f"{kind}:{pk}" for kind in (KIND, COPY) for pk in pks])
    counts = Counter(centre for _, _, centre in held)
    centres = Centre.objects.in_bulk(counts)
    record_many(
        [
            Act("consent.disposed", None, as_of, None, centres[centre], {"count": count})
            for centre, count in sorted(counts.items())
        ]
    )
    return len(held)
