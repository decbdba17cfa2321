from django.contrib import admin

from portal.audit.models import Entry
from portal.web.admin import ActionAdmin


@admin.register(Entry)
class EntryAdmin(ActionAdmin):
    """The chains, for auditors to read. Nobody writes here."""

    list_display = ["id", "chain", "seq", "at", "actor_id", "verb", "subject", "subject_id"]
    list_filter = ["verb"]
    search_fields = ["=chain", "=subject_id", "=verb"]
    search_help_text = "A centre's number, a verb, or the id of what was acted on"
    ordering = ["-id"]
