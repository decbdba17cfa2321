"""Putting messages into the outbox."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template import Context, Engine

from portal import clock
from portal.notices.models import Delivery, Notice, Preference
from portal.notices.rules import choice_of, due_at, holds_secret, one_line, tidy

BATCH = 500


@dataclass(frozen=True)
class Letter:
    """One message to queue; the fields mean what they mean in `queue`."""

    kind: str
    dedupe_key: str
    address: str
    template: str
    context: dict[str, Any]
    centre: Any = None
    user: Any = None
    secret: bool = False
    send_after: datetime | None = None


def queue(
    *,
    kind: str,
    dedupe_key: str,
    address: str,
    at: datetime,
    template: str,
    context: dict[str, Any],
    centre: Any = None,
    user: Any = None,
    secret: bool = False,
    send_after: datetime | None = None,
) -> Notice:
    """Put a message in the outbox (and the person's inbox), inside the caller's transaction.

    `template` names a folder under templates/_email/ with subject.txt, body.txt and body.html; besides `context` it
    knows `base_url`, `centre` and `person`. A message whose `dedupe_key` was queued before is returned as it stands.
    A person who switched off mail of this kind finds it in the inbox only. Nothing is sent here: the delivery sweep
    does that, not before `send_after` (on the same clock as `at`).
    """
    return queue_many([Letter(kind, dedupe_key, address, template, context, centre, user, secret, send_after)], at=at)[
        0
    ]


@transaction.atomic
def queue_many(letters: Iterable[Letter], *, at: datetime) -> list[Notice]:
    """Queue thousands of messages in a few statements; the notices come back in the order of the letters.

    Letters that were queued before are found, not queued again, also when two planners run at once.
    """
    wanted = list(letters)
    refusals = _refusals({letter.user.pk for letter in wanted if letter.user})
    wall = clock.wall()
    notices = [_notice(letter, refusals, at=at, wall=wall) for letter in wanted]
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=BATCH)
    stored = _by_key([notice.dedupe_key for notice in notices])
    return [stored[letter.dedupe_key] for letter in wanted]


@transaction.atomic
def queue_mail(*, addresses: Collection[str], subject: str, text: str, html: str, secret: bool, at: datetime) -> int:
    """Queue a mail that a library wrote, once for each address; how many were queued.

    `secret` marks it as one to blank after sending; a mail whose text holds a link that lets its reader in is marked
    in any case.
    """
    wall = clock.wall()
    notices = [
        Notice(
            dedupe_key=f"mail:{secrets.token_hex(16)}",
            kind="mail",
            address=address,
            subject=one_line(subject),
            text=text,
            html=html,
            secret=secret or holds_secret(text) or holds_secret(html),
            queued_at=at,
            waiting_since=wall,
            send_after=min(at, wall),
        )
        for address in dict.fromkeys(addresses)
    ]
    return len(Notice.objects.bulk_create(notices))


def _refusals(user_ids: set[int]) -> set[tuple[int, str]]:
    rows = Preference.objects.filter(user__in=user_ids, by_mail=False) if user_ids else Preference.objects.none()
    return set(rows.values_list("user_id", "kind"))


def _notice(letter: Letter, refusals: set[tuple[int, str]], *, at: datetime, wall: datetime) -> Notice:
    subject, text, html = _rendered(letter)
    return Notice(
        dedupe_key=letter.dedupe_key,
        kind=letter.kind,
        centre=letter.centre,
        user=letter.user,
        address=letter.address,
        subject=one_line(subject),
        text=text,
        html=html,
        secret=letter.secret,
        delivery=_delivery(letter, refusals),
        queued_at=at,
        waiting_since=wall,
        send_after=due_at(send_after=letter.send_after, queued_at=at, wall=wall),
    )


def _delivery(letter: Letter, refusals: set[tuple[int, str]]) -> Delivery:
    choice = choice_of(letter.kind)
    refused = letter.user is not None and choice is not None and (letter.user.pk, choice) in refusals
    return Delivery.NONE if refused or not letter.address else Delivery.QUEUED


def _rendered(letter: Letter) -> tuple[str, str, str]:
    words = {"base_url": settings.BASE_URL, "centre": letter.centre, "person": letter.user, **letter.context}
    folder = f"_email/{letter.template}"
    subject = _render(f"{folder}/subject.txt", words, escape=False)
    text = _render(f"{folder}/body.txt", words, escape=False)
    html = _render(f"{folder}/body.html", words, escape=True)
    return subject, tidy(text), html


def _render(name: str, words: dict[str, Any], *, escape: bool) -> str:
    """Plain text is not escaped: an apostrophe in a centre's name is an apostrophe."""
    return Engine.get_default().get_template(name).render(Context(words, autoescape=escape))


def _by_key(keys: list[str]) -> dict[str, Notice]:
    found: dict[str, Notice] = {}
    for start in range(0, len(keys), BATCH):
        rows = Notice.objects.filter(dedupe_key__in=keys[start : start + BATCH]).select_related("centre", "user")
        found |= {notice.dedupe_key: notice for notice in rows}
    return found
