"""Telling the people of a centre what was done with a webhook, or that it fails. Inside the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from portal import clock
from portal.accounts.models import User
from portal.centres.queries import heads_of
from portal.hooks.models import Hook
from portal.notices.actions import Letter, queue_many

KIND = "security.webhook"


def tell_of_act(hook: Hook, *, did: str, by: Any, at: datetime) -> None:
    """Every head of the centre and whoever acted hear that a webhook was made, withdrawn or given a new secret."""
    key = f"security:hook:{hook.pk}:{hook.version}"
    _tell(hook, "security/webhook_act", key, {"did": did, "by": by.name}, people=[by.pk], at=at)


def tell_of_fault(hook: Hook, *, gone: bool, because: str = "", wall: datetime, at: datetime) -> None:
    """Every head of the centre hears that messages do not arrive: once a day for each webhook and kind of fault.

    `gone` when the receiver said so and the webhook is paused; `because` when it is paused for another reason; else
    deliveries were given up.
    """
    word = "gone" if gone else "beyond" if because else "given_up"
    key = f"security:hook:{hook.pk}:{word}:{clock.london_date(wall).isoformat()}"
    _tell(hook, "security/webhook_fault", key, {"gone": gone, "because": because}, people=[], at=at)


def _tell(hook: Hook, template: str, key: str, words: dict[str, Any], *, people: Iterable[int], at: datetime) -> None:
    heads = [row.user_id for row in heads_of(centre_ids=[hook.centre_id], on=clock.london_date(at))]
    users = User.objects.filter(pk__in={*heads, *people}, is_active=True).order_by("pk")
    path = reverse("hooks:hook", kwargs={"number": hook.centre.number, "hook": hook.pk})
    context = {"name": hook.name, "place": hook.centre.name, "url": settings.BASE_URL + path, **words}
    queue_many(
        [Letter(KIND, f"{key}:{user.pk}", user.email, template, context, hook.centre, user) for user in users], at=at
    )
