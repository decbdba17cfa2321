"""Who at the awarding organisation looks after which centre before the claims date."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from claims.models import Care
from claims.rules.caring import check_may_look_after, objection
from portal.audit import actions as audit
from portal.casework.models import Interest
from portal.catalogue.models import Series
from portal.centres.models import Centre
from portal.centres.queries import staff_capabilities
from portal.clock import london_date
from portal.desk.queries import those_to_tell
from portal.desk.rules import Given
from portal.notices import actions as notices


@dataclass(frozen=True)
class _Giving:
    """One act of giving, as its steps hand it on."""

    series: Series
    to: Any
    by: Any
    at: datetime


def take_centres(*, centre_ids: Collection[int], series: Series, by: Any, at: datetime) -> Given:
    """Take the centres that nobody looks after; see `give_centres`. Those that a colleague has are left."""
    return give_centres(centre_ids=centre_ids, series=series, to=by, by=by, at=at, only_nobodys=True)


@transaction.atomic
def give_centres(
    *, centre_ids: Collection[int], series: Series, to: Any, by: Any, at: datetime, only_nobodys: bool = False
) -> Given:
    """Give centres to somebody who looks after them from this moment: what can be given is, the rest is named.

    Centres are locked by number, so of two who take at once the second finds them taken. The new owner is told, and
    whoever covers for them. Raises Refused when the colleague does not do this work.
    """
    check_may_look_after(name=to.name, capabilities=staff_capabilities(user=to, on=london_date(at)))
    centres = list(Centre.objects.select_for_update().filter(pk__in=centre_ids).order_by("number"))
    refused = _objections(centres, series, to, only_nobodys)
    given = [centre for centre in centres if centre.pk not in refused]
    if given:
        _keep(given, _Giving(series, to, by, at))
    return Given(number=len(given), refused=tuple(refused.values()))


def _objections(centres: list[Centre], series: Series, to: Any, only_nobodys: bool) -> dict[int, str]:
    """What keeps centres from being given, by centre, in the centres' order."""
    cares = {care.centre_id: care.owner for care in _cares(centres, series)}
    barred = Interest.objects.filter(user=to, centre__in=centres, learner=None, unit=None)
    interests = set(barred.values_list("centre", flat=True))
    found = {
        centre.pk: objection(
            centre=str(centre),
            suspended=centre.suspended_at is not None,
            owner=cares[centre.pk].name if centre.pk in cares else "",
            is_theirs=centre.pk in cares and cares[centre.pk].pk == to.pk,
            interested=centre.pk in interests,
            only_nobodys=only_nobodys,
            name=to.name,
        )
        for centre in centres
    }
    return {centre: words for centre, words in found.items() if words}


def _cares(centres: list[Centre], series: Series) -> Any:
    return Care.objects.filter(centre__in=centres, series=series).select_related("owner")


def _keep(centres: list[Centre], giving: _Giving) -> None:
    """One row a centre and series, written over; then the letter and the audit."""
    rows = [
        Care(centre=centre, series=giving.series, owner=giving.to, given_by=giving.by, given_at=giving.at)
        for centre in centres
    ]
    Care.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["centre", "series"],
        update_fields=["owner", "given_by", "given_at"],
    )
    if giving.to.pk != giving.by.pk:
        _tell(centres, giving)
    data = {"to": giving.to.pk, "series": giving.series.code}
    audit.record_many(audit.Act("claims.centre_given", giving.by, giving.at, one, one, data) for one in centres)


def _tell(centres: list[Centre], giving: _Giving) -> None:
    page = settings.BASE_URL + reverse("admin:claims_centrestanding_changelist") + "?whose=mine"
    context = {"owner": giving.to, "giver": giving.by, "centres": centres, "url": page}
    moment = f"{giving.at.timestamp():.6f}:{centres[0].pk}"
    letters = [
        notices.Letter(
            kind="given",
            dedupe_key=f"claims.given:{moment}:{user.pk}",
            address=user.email,
            template="centres_given",
            context=context,
            user=user,
        )
        for user in those_to_tell(user=giving.to, on=london_date(giving.at))
    ]
    notices.queue_many(letters, at=giving.at)
