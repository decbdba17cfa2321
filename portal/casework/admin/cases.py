"""Every kind of case in one queue."""

from typing import Any

from django.contrib import admin

from portal.casework.admin.queue import CaseQueue
from portal.casework.models import Case


@admin.register(Case)
class CaseAdmin(CaseQueue):
    """Cases of all kinds; each kind's own queue takes the next one."""

    next_label = ""
    list_display: Any = ("reference", "kind_named", "centre_named", "stands", "looked_after_by", "due")

    @admin.display(description="kind")
    def kind_named(self, case: Case) -> str:
        return case.kind_of.label
