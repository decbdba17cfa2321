"""The outbox for staff: what waits, what failed, and what needs a person to say whether it arrived."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from portal.centres.rules import STAFF_MAIL_RESOLVE
from portal.notices.actions import confirm_arrived, send_again
from portal.notices.models import Delivery, Notice
from portal.notices.queries import stuck
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin, tag_column
from portal.web.words import count

TONES = {Delivery.SENT: "issued", Delivery.FAILED: "late", Delivery.UNKNOWN: "blocked"}


def _each(act: Callable[..., None], done: str) -> Callable[[Actor, list[Notice], dict[str, Any]], str]:
    """All of the chosen mails, or none: one that the act refuses stops it with its sentence."""

    def run(actor: Actor, rows: list[Notice], cleaned: dict[str, Any]) -> str:
        act(notices=rows, by=actor, at=actor.at)
        return f"{count(len(rows), 'mail')} {done}."

    return run


@admin.register(Notice)
class NoticeAdmin(ActionAdmin):
    list_display = ["id", "subject", "address", "centre", "state", "queued_at", "sent_at", "fault"]
    list_filter = ["delivery", "kind"]
    list_select_related = ["centre"]
    search_fields = ["=address", "=centre__number", "subject"]
    search_help_text = "An address, a centre's number, or words of the subject"
    ordering = ["-id"]
    fields = [
        "subject", "address", "kind", "centre", "delivery", "fault", "attempts",
        "queued_at", "send_after", "sent_at", "message_id", "what_it_says",
    ]  # fmt: skip
    readonly_fields = ["what_it_says"]
    acts = [
        Act(
            name="arrived",
            label="It arrived",
            run=_each(confirm_arrived, "marked as arrived"),
            capability=STAFF_MAIL_RESOLVE,
            bulk=True,
            offered=lambda notice: notice.delivery == Delivery.UNKNOWN,
            explanation="Its reader, or the mail server's log, says that it arrived.",
        ),
        Act(
            name="send-again",
            label="Send again",
            run=_each(send_again, "put back into the queue"),
            capability=STAFF_MAIL_RESOLVE,
            bulk=True,
            offered=lambda notice: notice.delivery in (Delivery.UNKNOWN, Delivery.FAILED) and not notice.secret,
            explanation="It goes out with the next sweep. Where it had arrived after all, its reader gets it twice.",
        ),
    ]

    def summary(self, request: HttpRequest) -> str:
        states = stuck()
        return f"{states['unknown']} in doubt, {states['failed']} could not be sent."

    @admin.display(description="Delivery", ordering="delivery")
    def state(self, notice: Notice) -> str:
        return tag_column(TONES.get(Delivery(notice.delivery), "neutral"), notice.get_delivery_display())

    @admin.display(description="Text")
    def what_it_says(self, notice: Notice) -> str:
        """A link that lets its reader in is for its reader: nobody here sees it, sent or not."""
        return "This mail holds a link for one use, so it is not shown." if notice.secret else notice.text
