"""What stands in the address of a queue: what a saved filter keeps of it, and what the queue still knows of that."""

from copy import copy
from urllib.parse import urlencode

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import IGNORED_PARAMS, ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.http import HttpRequest, QueryDict

from portal.web.admin import ActionAdmin

# Part of the address, but of no use tomorrow: the page, and Django's own marks.
_PASSING = frozenset([PAGE_VAR, *IGNORED_PARAMS]) - {ORDER_VAR, SEARCH_VAR}


def kept(query: QueryDict) -> str:
    """The filters, the search and the order, always written in the same way, so that two can be compared."""
    return urlencode(sorted((name, value) for name, value in query.items() if value and name not in _PASSING))


def fitting(page: ActionAdmin, request: HttpRequest, query: str) -> str:
    """What is left of a kept query when everything is taken away that the queue does not know, or not any more."""
    asked = QueryDict(query)
    known = {name: str(value) for name, value in asked.items() if _knows(page, request, name, str(value))}
    left = urlencode(sorted(known.items()))
    try:
        found = page.get_changelist_instance(_asking(request, left))
    except (IncorrectLookupParameters, SuspiciousOperation, ValidationError):
        return ""
    choosing = [spec for spec in found.filter_specs if isinstance(spec, SimpleListFilter)]
    strange = {spec.parameter_name for spec in choosing if _is_strange(spec)}
    return urlencode(sorted((name, value) for name, value in known.items() if name not in strange))


def _knows(page: ActionAdmin, request: HttpRequest, name: str, value: str) -> bool:
    if name == SEARCH_VAR:
        return bool(page.get_search_fields(request))
    return name == ORDER_VAR or page.lookup_allowed(name, value, request)


def _is_strange(spec: SimpleListFilter) -> bool:
    """A filter that is asked for none of its choices."""
    return spec.value() is not None and spec.value() not in {str(value) for value, _ in spec.lookup_choices}


def _asking(request: HttpRequest, query: str) -> HttpRequest:
    """The same request, as if it had come to the queue with these words."""
    other = copy(request)
    other.GET = QueryDict(query)  # type: ignore[misc, assignment]
    other.method = "GET"
    return other
