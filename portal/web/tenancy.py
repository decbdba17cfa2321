"""Every model says whose rows it holds. `visible_to` is how interfaces fetch tenant rows."""

from enum import StrEnum
from typing import Any, Self

from django.db import models

from portal.web.actor import Actor


class Holds(StrEnum):
    TENANT = "tenant"  # rows of one centre
    REFERENCE = "reference"  # the same for everybody
    SYSTEM = "system"  # the portal's own


class TenantQuerySet(models.QuerySet[Any]):
    centre_path = "centre"

    def visible_to(self, actor: Actor) -> Self:
        """Rows of the actor's centre; staff of the awarding organisation see every centre's."""
        if actor.centre is None:
            return self if actor.user.is_staff else self.none()
        return self.filter(**{self.centre_path: actor.centre})
