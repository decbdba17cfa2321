"""Pages of a queue by key: the thousandth costs what the first costs, and nothing is counted."""

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from portal.casework.models import Case

AFTER = "after"


def model_path(rows: QuerySet[Any]) -> str:
    """From a queue's rows to their case, for filters and orders."""
    return "" if rows.model is Case or rows.model._meta.proxy else "case__"


class KeysetList(ChangeList):
    """The rows that follow the one in the address, by due date and then by key; those without a date come last."""

    next_url = ""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        kept: dict[str, Any] = super().get_filters_params(params)
        kept.pop(AFTER, None)
        return kept

    def get_results(self, request: HttpRequest) -> None:
        rows = self._beyond(self.queryset, request.GET.get(AFTER, ""))
        found = list(rows[: self.list_per_page + 1])
        self.result_list = found[: self.list_per_page]
        self.result_count = len(self.result_list)
        self.full_result_count, self.show_full_result_count, self.show_admin_actions = None, False, True
        self.can_show_all, self.multi_page = False, False
        self.paginator = Paginator(self.result_list, self.list_per_page)
        self.next_url = (
            self.get_query_string({AFTER: self.result_list[-1].pk}) if len(found) > self.result_count else ""
        )

    def _beyond(self, rows: QuerySet[Any], key: str) -> QuerySet[Any]:
        """An unknown key shows the first page."""
        known = Case.objects.filter(pk=int(key)) if key.isdecimal() and len(key) < 19 else Case.objects.none()
        due = known.values_list("due_at", "pk").first()
        if due is None:
            return rows
        at, after = model_path(rows), Q(pk__gt=due[1])
        if due[0] is None:
            return rows.filter(Q(**{f"{at}due_at": None}) & after)
        same, later = Q(**{f"{at}due_at": due[0]}), Q(**{f"{at}due_at__gt": due[0]})
        return rows.filter(later | same & after | Q(**{f"{at}due_at": None}))
