from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from portal import clock
from portal.centres.rules import STAFF_MAIL_RESOLVE
from portal.errors import Refused
from portal.notices.actions import confirm_arrived, send_again
from portal.notices.models import Notice


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    """The outbox by state. Doubtful and failed mails wait here for a person."""

    list_display = ["id", "subject", "address", "centre", "delivery", "queued_at", "sent_at", "fault"]
    list_filter = ["delivery", "kind"]
    list_select_related = ["centre"]
    search_fields = ["=address", "=centre__number", "subject"]
    ordering = ["-id"]
    show_full_result_count = False
    actions = ["it_arrived", "send_again"]
    fields = [
        "subject", "address", "kind", "centre", "delivery", "fault", "attempts",
        "queued_at", "send_after", "sent_at", "message_id", "text",
    ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_resolve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(STAFF_MAIL_RESOLVE)

    @admin.action(description="It arrived", permissions=["resolve"])
    def it_arrived(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        self._each(request, queryset, confirm_arrived, "marked as arrived")

    @admin.action(description="Send again", permissions=["resolve"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        self._each(request, queryset, send_again, "put back into the queue")

    def _each(self, request: HttpRequest, notices: Any, act: Callable[..., None], done: str) -> None:
        """A mail that the act refuses is named, and the others go on."""
        at, count = clock.now(), 0
        for notice in notices:
            try:
                act(notice=notice, by=request.user, at=at)
                count += 1
            except Refused as refusal:
                messages.error(request, f"{notice.pk}: {refusal.message}")
        if count:
            messages.success(request, f"{count} {done}.")
