"""What the pages of people share: asking for the password again, a page that makes a row, acts on one row."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from portal import clock
from portal.accounts.access import require_fresh
from portal.errors import Refused
from portal.people.forms import first_days
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin

Run = Callable[[Actor, list[Any], dict[str, Any]], str]


class PeopleAdmin(ActionAdmin):
    """Acts on people ask for the password again when it was given more than five minutes ago."""

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        return require_fresh(super().act_view)(request, object_id, name)

    def run_in_bulk(self, request: HttpRequest, queryset: QuerySet[Any], act: Act) -> HttpResponse:
        return require_fresh(super().run_in_bulk)(request, queryset, act)


class FormPageAdmin(PeopleAdmin):
    """A queue with one more page: a form that makes a row by one action."""

    page_name = ""
    page_label = ""
    page_capability = ""
    page_form: Any = None

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_{self.page_name}"
        view = self.admin_site.admin_view(require_fresh(self.page_view))
        return [path(f"{self.page_name}/", view, name=name), *super().get_urls()]

    def page_view(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(self.page_capability):
            raise PermissionDenied
        form = self.page_form(request.POST or None, initial=first_days(clock.london_date(clock.now())))
        if request.method == "POST" and form.is_valid() and self._made(request, form):
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        page = {
            **self.admin_site.each_context(request),
            "title": self.page_label,
            "opts": self.opts,
            "act": Act(name=self.page_name, label=self.page_label, run=_nothing, capability=self.page_capability),
            "rows": [],
            "form": form,
            "back": "../",
        }
        return TemplateResponse(request, self.act_template, page)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        label = self.page_label if request.user.has_perm(self.page_capability) else ""
        page = {"page_label": label, "page_url": f"{self.page_name}/"}
        return super().changelist_view(request, {**page, **(extra_context or {})})

    def _made(self, request: HttpRequest, form: Any) -> bool:
        try:
            self.message_user(request, self.make(Actor(request.user, None, clock.now()), form))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return False
        return True

    def make(self, actor: Actor, form: Any) -> str:
        """Call the action and return the sentence that says what was done."""
        raise NotImplementedError


def _nothing(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    return ""


def only(act: Callable[[Actor, Any, dict[str, Any]], str]) -> Run:
    """An act on the one row of its page."""
    return lambda actor, rows, cleaned: act(actor, rows[0], cleaned)
