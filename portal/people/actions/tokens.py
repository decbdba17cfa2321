"""Tokens with which programs act for a centre."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

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

    `capabilities` are the maker's. Refused for a scope that is unknown or goes beyond them. The maker and every head
    of the centre are told by mail.
    """
    allowed = check_scopes(scopes, capabilities=capabilities)
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
