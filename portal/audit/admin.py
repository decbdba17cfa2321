from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from portal.audit.models import Entry


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    """The chains, for auditors to read. Nobody writes here."""

    list_display = ["id", "chain", "seq", "at", "actor_id", "verb", "subject", "subject_id"]
    list_filter = ["verb"]
    search_fields = ["=chain", "=subject_id", "=verb"]
    ordering = ["-id"]
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
