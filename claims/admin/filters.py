"""Filters that the lists of the claims staff share."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from claims.queries import caring
from portal import clock


class PlainFilter(admin.SimpleListFilter):
    """A filter whose first choice, without a parameter, is named by `first`."""

    first = "All"

    def choices(self, changelist: Any) -> Any:
        chosen = [(None, self.first), *self.lookup_choices]
        for value, label in chosen:
            changes = {self.parameter_name: value} if value else {}
            remove = [] if value else [self.parameter_name]
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string(changes, remove),
                "display": label,
            }


class WhoseFilter(PlainFilter):
    """By who looks after the centre. What somebody covers for is theirs while it lasts."""

    title = "who looks after the centre"
    parameter_name = "whose"
    first = "Anybody"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", "Mine"), ("nobody", "Nobody’s yet")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        on = clock.london_date(clock.now())
        return caring.whose(queryset, asked=self.value(), user=request.user, on=on)
