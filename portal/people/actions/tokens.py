"""Tokens with which programs act for a centre."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from portal import clock
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.centres.models import Centre
from portal.centres.queries import heads_of
from portal.errors import Refused
from portal.notices.actions import queue
from portal.people.models import ApiToken
from portal.people.rules import SEEN_EVERY, check_scopes, digest, new_token
from portal.web.actor import person


@transaction.atomic
def make_token(
    *, centre: Centre, name: str, scopes: Sequence[str], capabilities: frozenset[str], by: Any, at: datetime
) -> tuple[ApiToken, str]:
    """A token with which a program acts for a centre, and its secret, which is shown once and kept nowhere.

    `capabilities` are the maker's. Refused for a scope that is unknown or goes beyond them, and for the name of a token
    that stands. The maker and every head of the centre are told by mail.
    """
    allowed = check_scopes(scopes, capabilities=capabilities)
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    if ApiToken.objects.filter(centre=centre, name__iexact=name, revoked_at=None).exists():
        raise Refused(f"There is a token “{name}” already. Give this one another name.", code="name", field="name")
    secret = new_token()
    token = ApiToken.objects.create(
        centre=centre, name=name, scopes=allowed, digest=digest(secret), created_at=at, created_by=person(by)
    )
    _tell_of_token("token_made", token, by=by, at=at)
    data = {"scopes": allowed}
    audit.record(verb="people.token_made", by=by, at=at, subject=token, centre=centre, data=data)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Any, at: datetime) -> ApiToken:
    """Withdraw a token: its next call is refused. Refused when it is withdrawn already."""
    locked = ApiToken.objects.select_for_update().select_related("centre").get(pk=token.pk)
    if locked.revoked_at is not None:
        raise Refused("This token is withdrawn already.", code="revoked")
    locked.revoked_at, locked.revoked_by = at, person(by)
    locked.save(update_fields=["revoked_at", "revoked_by"])
    _tell_of_token("token_revoked", locked, by=by, at=at)
    audit.record(verb="people.token_revoked", by=by, at=at, subject=locked, centre=locked.centre)
    return locked


def _tell_of_token(event: str, token: ApiToken, *, by: Any, at: datetime) -> None:
    heads = heads_of(centre_ids=[token.centre_id], on=clock.london_date(at))
    people = {row.user_id: row.email for row in heads} | {person(by).pk: person(by).email}
    for user_id, address in sorted(people.items()):
        queue(
            kind="security.token",
            dedupe_key=f"security:{event}:{token.pk}:{user_id}",
            address=address,
            at=at,
            template=f"security/{event}",
            context={"name": token.name, "place": token.centre.name, "by": person(by).name},
            centre=token.centre,
            user=User.objects.get(pk=user_id),
        )


def mark_used(*, token: ApiToken, at: datetime) -> None:
    """When the token was last used, written at most once a minute; a clock that stepped back counts as a minute."""
    seen = token.last_used_at
    if seen is None or not timedelta(0) <= at - seen < SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


def count_call(*, token: ApiToken, most: int, wall: datetime) -> bool:
    """Count a call of a token in this minute of real time; False when `most` were made in it already.

    Each step is one conditional update, so calls at the same moment are all counted. Whoever finds the minute begun
    by another meanwhile counts after them. A call that was slow counts in the minute that has begun since; a count
    from further ahead is of a clock that was put back, and is dropped.
    """
    minute = wall.replace(second=0, microsecond=0)
    row, next_minute = ApiToken.objects.filter(pk=token.pk), minute + timedelta(minutes=1)
    counted = row.filter(counted_from__range=(minute, next_minute), calls__lt=most)
    begun = row.filter(Q(counted_from=None) | Q(counted_from__lt=minute) | Q(counted_from__gt=next_minute))
    return bool(
        counted.update(calls=F("calls") + 1)
        or begun.update(calls=1, counted_from=minute)
        or counted.update(calls=F("calls") + 1)
    )
