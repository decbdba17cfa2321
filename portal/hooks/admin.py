"""The webhooks of centres for staff: a list to read when a centre rings. Nothing is acted on here."""

from django.contrib import admin

from portal.centres.rules import STAFF_CENTRES_VIEW
from portal.hooks.models import Hook
from portal.web.admin import ActionAdmin, tag_column


@admin.register(Hook)
class HookAdmin(ActionAdmin):
    list_display = ["name", "centre", "host", "state", "made_at"]
    list_select_related = ["centre"]
    search_fields = ["=centre__number", "name"]
    search_help_text = "A centre's number, or words of the name"
    ordering = ["-id"]
    fields = ["name", "centre", "host", "events", "state", "made_at", "made_by", "paused_at", "revoked_at"]
    readonly_fields = ["host", "state"]
    view_capability = STAFF_CENTRES_VIEW

    @admin.display(description="Host")
    def host(self, hook: Hook) -> str:
        """A path or a query may hold a key of the receiver's, so staff see no more of the address than its host."""
        return hook.host

    @admin.display(description="State")
    def state(self, hook: Hook) -> str:
        if hook.revoked_at is not None:
            return tag_column("neutral", "Withdrawn")
        return tag_column("soon", "Paused") if hook.paused_at is not None else tag_column("issued", "In use")
