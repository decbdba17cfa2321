"""What the pages of people share: asking for the password again, a page that makes a row, acts on one row."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from portal import clock
from portal.accounts.access import require_fresh
from portal.people.forms import first_days
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin
from portal.web.form_pages import FormPage

Run = Callable[[Actor, list[Any], dict[str, Any]], str]


class PeopleAdmin(ActionAdmin):
    """Acts on people ask for the password again when it was given more than five minutes ago."""

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        return require_fresh(super().act_view)(request, object_id, name)

    def run_in_bulk(self, request: HttpRequest, queryset: QuerySet[Any], act: Act) -> HttpResponse:
        return require_fresh(super().run_in_bulk)(request, queryset, act)


class FormPageAdmin(PeopleAdmin, FormPage):
    """A queue of people with a page that makes one more; the page asks for the password again, too."""

    def page_view(self, request: HttpRequest) -> HttpResponse:
        return require_fresh(super().page_view)(request)

    def blank_form(self, request: HttpRequest) -> Any:
        return self.page_form(request.POST or None, initial=first_days(clock.london_date(clock.now())))


def only(act: Callable[[Actor, Any, dict[str, Any]], str]) -> Run:
    """An act on the one row of its page."""
    return lambda actor, rows, cleaned: act(actor, rows[0], cleaned)
