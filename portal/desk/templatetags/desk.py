"""The saved filters over a queue: every list of the staff loads them, and knows no more of this room."""

from typing import Any
from urllib.parse import urlencode

from django import template

from portal.desk.queries import filters_over
from portal.web.queues import kept

register = template.Library()


@register.inclusion_tag("desk/_saved_filters.html", takes_context=True)
def saved_filters(context: Any, changelist: Any) -> dict[str, Any]:
    """Links to the filters that were saved for this queue, and one to save what its address asks for."""
    request, queue = context["request"], changelist.opts.label_lower
    asked = kept(request.GET)
    rows = [(row, row.query == asked) for row in filters_over(queues=[queue], user=request.user)]
    return {
        "rows": rows,
        "user": request.user,
        "chosen": any(chosen for _, chosen in rows),
        "save_query": urlencode({"queue": queue, "asks": asked}) if asked else "",
        "queue": queue,
    }
