"""What the pages of the staff say about the person who works."""

from typing import Any

from django import template

from portal import clock
from portal.centres import queries
from portal.centres.backends import roles_today
from portal.web.words import listed

register = template.Library()


@register.simple_tag
def whom_to_ask(user: Any) -> str:
    """Who helps this reader with their account: “your head of centre”."""
    return queries.whom_to_ask(user=user, on=clock.london_date(clock.now()))


@register.simple_tag
def staff_roles(user: Any) -> str:
    """The person's roles in words: “casework”. Nothing for everybody else."""
    return listed(role.label for role in roles_today(user))
