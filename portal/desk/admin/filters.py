"""Filters that staff keep: saved over a queue, opened from there, renamed and deleted here."""

from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.text import capfirst

from portal.centres.rules import STAFF_DESK
from portal.desk import actions
from portal.desk.forms import FilterForm
from portal.desk.models import SavedFilter
from portal.desk.queries import filters_over
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin
from portal.web.form_pages import FormPage
from portal.web.queues import fitting, kept
from portal.web.words import count


def _change(actor: Actor, rows: list[SavedFilter], cleaned: dict[str, Any]) -> str:
    row = actions.change_filter(saved=rows[0], by=actor.user, at=actor.at, **cleaned)
    return f"The filter is called “{row.name}”, {'shared with colleagues' if row.shared else 'for you alone'}."


def _delete(actor: Actor, rows: list[SavedFilter], cleaned: dict[str, Any]) -> str:
    done = actions.delete_filters(ids=[row.pk for row in rows], by=actor.user, at=actor.at)
    return f"{count(done, 'saved filter')} deleted."


@admin.register(SavedFilter)
class SavedFilterAdmin(FormPage):
    view_capability = STAFF_DESK
    page_name, page_label = "save", "Save these filters"
    page_capability, page_form = STAFF_DESK, FilterForm
    acts = (
        Act("change", "Rename or share", _change, STAFF_DESK, form=FilterForm),
        Act("delete", "Delete", _delete, STAFF_DESK, bulk=True, danger=True),
    )
    list_display = ("name", "over", "seen_by")
    search_fields = ("name",)
    search_help_text = "Name"
    fields = (*list_display, "asks")
    readonly_fields = fields

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.open_view)
        return [path("<int:pk>/open/", view, name="desk_savedfilter_open"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedFilter]:
        return filters_over(queues=list(self._queues(request)), user=request.user)

    def acts_for(self, request: HttpRequest, row: Any = None) -> list[Act]:
        return super().acts_for(request, row) if row is None or row.owner_id == request.user.pk else []

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Filters are saved over the list that they are for, so this one offers no page to make one."""
        return super().changelist_view(request, {"page_label": "", **(extra_context or {})})

    # --- saving ---

    def page_view(self, request: HttpRequest) -> HttpResponse:
        if request.GET.get("queue") not in self._queues(request):
            raise Http404
        return super().page_view(request)

    def explained(self, request: HttpRequest) -> str:
        named = capfirst(str(self._queues(request)[request.GET["queue"]].opts.verbose_name_plural))
        return f"A link over “{named}” brings the filters, the search and the order back as they stand in this moment."

    def back(self, request: HttpRequest) -> str:
        page = self._queues(request)[request.GET["queue"]]
        return _list_of(page, kept(QueryDict(request.GET.get("asks", ""))))

    def _made(self, request: HttpRequest, form: Any) -> bool:
        form.queue, form.query = request.GET["queue"], kept(QueryDict(request.GET.get("asks", "")))
        return super()._made(request, form)

    def make(self, actor: Actor, form: Any) -> str:
        row = actions.save_filter(queue=form.queue, query=form.query, by=actor.user, at=actor.at, **form.cleaned_data)
        return f"“{row.name}” stands over this list{', for colleagues too' if row.shared else ''}."

    # --- opening ---

    def open_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The list with everything that it still knows of the filter, and a sentence where that is not all."""
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        page = self._queues(request)[row.queue]
        fits = fitting(page, request, row.query)
        if fits != row.query:
            words = f"“{row.name}” asks for something that this list does not know. It is shown without that."
            self.message_user(request, words, messages.WARNING)
        return redirect(_list_of(page, fits))

    def _queues(self, request: HttpRequest) -> dict[str, ActionAdmin]:
        """The lists that somebody may see, by the label of their rows."""
        pages = self.admin_site._registry.items()
        return {
            model._meta.label_lower: page
            for model, page in pages
            if isinstance(page, ActionAdmin) and page.has_view_permission(request)
        }

    @admin.display(description="List", ordering="queue")
    def over(self, row: SavedFilter) -> str:
        return capfirst(str(apps.get_model(row.queue)._meta.verbose_name_plural))

    @admin.display(description="Seen by")
    def seen_by(self, row: SavedFilter) -> str:
        return f"Colleagues, shared by {row.owner.name}" if row.shared else "You alone"

    @admin.display(description="Asks for")
    def asks(self, row: SavedFilter) -> str:
        return ", ".join(f"{name}: {value}" for name, value in QueryDict(row.query).items())


def _list_of(page: ActionAdmin, query: str) -> str:
    address = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")
    return f"{address}?{query}" if query else address
