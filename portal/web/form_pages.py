"""A queue with one more page, where staff make a row: a form, one action and a message."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from portal import clock
from portal.errors import Refused
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin


class FormPage(ActionAdmin):
    """Set `page_name`, `page_label`, `page_capability` and `page_form`, and write `make`."""

    page_name = ""
    page_label = ""
    page_capability = ""
    page_explanation = ""
    page_form: Any = None
    change_list_template = "admin/form_page_list.html"

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_{self.page_name}"
        view = self.admin_site.admin_view(self.page_view)
        return [path(f"{self.page_name}/", view, name=name), *super().get_urls()]

    def page_view(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(self.page_capability):
            raise PermissionDenied
        form = self.blank_form(request)
        if request.method == "POST" and form.is_valid() and self._made(request, form):
            return redirect(self.back(request))
        act = Act(self.page_name, self.page_label, _nothing, self.page_capability, explanation=self.explained(request))
        page = {
            **self.admin_site.each_context(request),
            "title": self.page_label,
            "opts": self.opts,
            "act": act,
            "rows": [],
            "form": form,
            "back": self.back(request),
        }
        return TemplateResponse(request, self.act_template, page)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        label = self.page_label if request.user.has_perm(self.page_capability) else ""
        page = {"page_label": label, "page_url": f"{self.page_name}/"}
        return super().changelist_view(request, {**page, **(extra_context or {})})

    def blank_form(self, request: HttpRequest) -> Any:
        """The form as the page begins, or as it was sent."""
        return self.page_form(request.POST or None)

    def explained(self, request: HttpRequest) -> str:
        """What the page says over its form."""
        return self.page_explanation

    def back(self, request: HttpRequest) -> str:
        """Where the page leads once the row is made, or left alone."""
        return self._address("changelist")

    def make(self, actor: Actor, form: Any) -> str:
        """Call the action and return the sentence that says what was done."""
        raise NotImplementedError

    def _made(self, request: HttpRequest, form: Any) -> bool:
        try:
            self.message_user(request, self.make(Actor(request.user, None, clock.now()), form), messages.SUCCESS)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return False
        return True


def _nothing(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    return ""
