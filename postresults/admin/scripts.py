"""The queue of original scripts and marking comments."""

from typing import Any

from django.contrib import admin

from portal.casework.admin import CaseQueue
from portal.casework.admin.acts import ACTS
from portal.centres.rules import STAFF_CASES_WORK
from portal.web.actor import Actor
from portal.web.admin import Act
from postresults.actions import deliver
from postresults.forms import DeliverForm
from postresults.kinds import SCRIPT
from postresults.models import ScriptCase
from postresults.rules import states

_WITH_US = frozenset({states.RECEIVED, states.ACCEPTED, states.REVIEWING})
# Nothing is decided about a script, so nothing is countersigned, sent back or issued.
_KEPT = frozenset({"assign", "message", "note"})


def _deliver(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    deliver(request=rows[0].request, words=cleaned["words"], by=actor.user, at=actor.at)
    return "Sent. The centre is told."


DELIVER = Act(
    name="deliver",
    label="Send it to the centre",
    run=_deliver,
    capability=STAFF_CASES_WORK,
    form=DeliverForm,
    offered=lambda row: row.status in _WITH_US,
    explanation="The centre is told at once, and the count of days stops.",
)


@admin.register(ScriptCase)
class ScriptCaseAdmin(CaseQueue):
    kind = SCRIPT.key
    next_label = "Take the next request"
    acts = (DELIVER, *(act for act in ACTS if act.name in _KEPT))
    list_display: Any = ("reference", "wanted", "centre_named", "stands", "looked_after_by", "due")
    list_select_related = ("request",)

    @admin.display(description="wanted")
    def wanted(self, case: ScriptCase) -> str:
        return str(case.request.get_service_display())

    def facts(self, row: Any) -> list[dict[str, str]]:
        about = [("Wanted", self.wanted(row)), ("Component", f"{row.unit}, {row.series}")]
        return [{"label": label, "value": value} for label, value in about]
