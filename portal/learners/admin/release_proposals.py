"""Changes of the moments of results, for the second person."""

from typing import Any

from django import forms
from django.contrib import admin

from portal.centres.rules import STAFF_RESULTS_LOAD, STAFF_RESULTS_VIEW
from portal.learners.actions import approve_release, return_release
from portal.learners.models import ReleaseProposal, ReleaseProposalStatus
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin, tag_column
from portal.web.words import moment

TONES = {
    ReleaseProposalStatus.OPEN: "claimed",
    ReleaseProposalStatus.APPROVED: "issued",
    ReleaseProposalStatus.RETURNED: "neutral",
}


class RemarkForm(forms.Form):
    remark = forms.CharField(
        max_length=300, error_messages={"required": "Say what has to change: the proposer sees it."}
    )


def _approve(actor: Actor, rows: list[ReleaseProposal], cleaned: dict[str, Any]) -> str:
    row = approve_release(proposal=rows[0], by=actor.user, at=actor.at)
    return f"Results of {row} come out to candidates {moment(row.to_candidates_at)}."


def _return(actor: Actor, rows: list[ReleaseProposal], cleaned: dict[str, Any]) -> str:
    return_release(proposal=rows[0], remark=cleaned["remark"], by=actor.user, at=actor.at)
    return "Sent back. The moments stay as they are."


def _is_open(row: ReleaseProposal) -> bool:
    return row.status == ReleaseProposalStatus.OPEN


@admin.register(ReleaseProposal)
class ReleaseProposalAdmin(ActionAdmin):
    view_capability = STAFF_RESULTS_VIEW
    acts = (
        Act(
            name="approve",
            label="Approve this change",
            run=_approve,
            capability=STAFF_RESULTS_LOAD,
            offered=_is_open,
            explanation="The moments are in force at once. You cannot approve what you proposed yourself.",
        ),
        Act(
            name="return",
            label="Send it back",
            run=_return,
            capability=STAFF_RESULTS_LOAD,
            form=RemarkForm,
            offered=_is_open,
            explanation="The moments stay. The proposer reads your remark here and may propose again.",
        ),
    )
    list_display = ("of", "centres", "candidates", "reason", "proposed_by", "standing")
    ordering = ("-id",)
    list_select_related = ("release__series", "proposed_by", "decided_by")
    fields = (*list_display[:4], "source", "proposed_by", "proposed_at", "standing", "decided_by", "remark")
    readonly_fields = fields

    @admin.display(description="Results of")
    def of(self, row: ReleaseProposal) -> str:
        return str(row.release)

    @admin.display(description="To heads and exams officers")
    def centres(self, row: ReleaseProposal) -> str:
        return f"{moment(row.to_centres_at)}, in the place of {moment(row.release.to_centres_at)}"

    @admin.display(description="To candidates")
    def candidates(self, row: ReleaseProposal) -> str:
        return f"{moment(row.to_candidates_at)}, in the place of {moment(row.release.to_candidates_at)}"

    @admin.display(description="Status", ordering="status")
    def standing(self, row: ReleaseProposal) -> str:
        return tag_column(TONES[ReleaseProposalStatus(row.status)], row.get_status_display())
