"""Where staff of the awarding organisation work: the Django admin, with acts in the place of editing.

A changelist is a queue. Nothing is added, changed or deleted by hand; every act is a form, one action and a message.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import unquote
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache

from portal import clock
from portal.errors import Refused
from portal.web import words
from portal.web.actor import Actor

SHOWN_BEFORE_AN_ACT = 100
# How Django's own filters end the names of what they ask for.
FILTER_ENDINGS = frozenset(
    ["", "__exact", "__isnull", "__isempty", "__id__exact", "__gte", "__lt", "__year", "__month", "__day"]
)


class StaffSite(admin.AdminSite):
    """One door: staff sign in where everybody signs in, so that the second factor and the lockouts hold here too."""

    site_header = "Exams Office"
    site_title = "Exams Office"
    index_title = "Your work"
    enable_nav_sidebar = False
    site_url = None

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only queues come in: a library's own pages would add, change and delete rows by hand."""
        if admin_class is not None and issubclass(admin_class, ActionAdmin):
            super().register(model_or_iterable, admin_class, **options)

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
        target = wanted if ours and wanted.startswith("/") else reverse("admin:index")
        if request.user.is_authenticated:
            return HttpResponseRedirect(target)
        return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({REDIRECT_FIELD_NAME: target})}")

    @method_decorator(never_cache)
    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """“Your work” begins with what waits for this very person."""
        queues = [each for each in self._registry.values() if isinstance(each, ActionAdmin)]
        waiting = [queue.waiting_line(request) for queue in queues if queue.has_view_permission(request)]
        lines = [line for line in waiting if line]
        return super().index(request, {"waiting": lines, **(extra_context or {})})

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")


@dataclass(frozen=True)
class Act:
    """Something staff do to rows of a queue.

    `run(actor, rows, cleaned)` calls one action for all `rows` (a list, of one row on its own page) and returns the
    sentence that says what was done. `capability` is what `user.has_perm` is asked. `offered(row)` says whether the
    act makes sense for a row now; the action itself still refuses. `form_for` makes the form from the rows, where what
    it asks depends on them. `bulk` also offers it on the changelist; there `partly` leaves out the rows it does not
    fit, and `left_out` says why.
    """

    name: str
    label: str
    run: Callable[[Actor, list[Any], dict[str, Any]], str]
    capability: str
    form: type[forms.Form] = forms.Form
    form_for: Callable[[Actor, list[Any]], type[forms.Form]] | None = None
    bulk: bool = False
    offered: Callable[[Any], bool] = lambda row: True
    explanation: str = ""
    danger: bool = False
    partly: bool = False
    left_out: str = ""


class HouseActionForm(helpers.ActionForm):
    """The list of acts over a changelist."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].label = "Do with the selected:"


class ActionAdmin(admin.ModelAdmin):
    """A queue that is read and acted on, never edited.

    Set `acts`, and `view_capability` where it is not Django's own "<app>.view_<model>". `summary(request)` may return
    a sentence over the queue; `next_label` offers the first row of the queue ("Take the next claim").
    """

    acts: Sequence[Act] = ()
    view_capability = ""
    next_label = ""
    # The plural that counts rows, where the name of the queue says more: “25 centres”.
    counted_as = ""
    # “change of a key date waits for you”, with its plural: what the start page says of `waiting`.
    waiting_words = ("", "")
    act_template = "admin/act.html"
    action_form = HouseActionForm
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.ALWAYS
    actions_selection_counter = True

    # --- what is allowed ---

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        capability = self.view_capability or f"{self.opts.app_label}.view_{self.opts.model_name}"
        return request.user.has_perm(capability)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Only what the filters beside the list ask: Django lets an address search every column, secrets too."""
        return any(lookup.removeprefix(name) in FILTER_ENDINGS for name in self._filtered(request))

    def _filtered(self, request: HttpRequest) -> list[str]:
        """The columns and parameters that the filters beside the list ask by."""
        items = [item[0] if isinstance(item, list | tuple) else item for item in self.get_list_filter(request)]
        named = [item if isinstance(item, str) else getattr(item, "parameter_name", "") for item in items]
        return [name for name in [*named, self.date_hierarchy] if name]

    def acts_for(self, request: HttpRequest, row: Any = None) -> list[Act]:
        """The acts a person may do, on a row if one is given."""
        allowed = [act for act in self.acts if request.user.has_perm(act.capability)]
        return [act for act in allowed if row is None or act.offered(row)]

    # --- pages ---

    def waiting(self, request: HttpRequest) -> int:
        """How many rows wait for this very person; their start page says so, in `waiting_words`."""
        return 0

    def get_urls(self) -> list[Any]:
        names = (self.opts.app_label, self.opts.model_name)
        own = [
            path("next/", self.admin_site.admin_view(self.next_view), name="{}_{}_next".format(*names)),
            path(
                "<path:object_id>/act/<slug:name>/",
                self.admin_site.admin_view(self.act_view),
                name="{}_{}_act".format(*names),
            ),
        ]
        return own + super().get_urls()

    def summary(self, request: HttpRequest) -> str:
        """One sentence over the queue: what is late, due and waiting. May be made with format_html."""
        return ""

    def waiting_line(self, request: HttpRequest) -> dict[str, str] | None:
        number = self.waiting(request)
        if not number:
            return None
        return {"words": words.count(number, *self.waiting_words), "url": self._address("changelist")}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not _keys_are_numbers(request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)):
            raise Http404
        more = {
            "title": str(self.opts.verbose_name_plural).capitalize(),
            "summary": self.summary(request) if self.has_view_permission(request) else "",
            "next_label": self.next_label,
        }
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self._row(request, object_id)
        links = [{"act": act, "url": self._address("act", object_id, act.name)} for act in self.acts_for(request, row)]
        more = {"title": capfirst(str(row)), "subtitle": None, "act_links": links}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """The page of the first row in the queue's order."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        changelist = self.get_changelist_instance(request)
        first = changelist.get_queryset(request).first()
        return redirect(self._address("change", first.pk) if first else self._address("changelist"))

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """One act on one row: its form, then the row's page with a sentence."""
        row = self._row(request, object_id)
        act = next((act for act in self.acts if act.name == name), None)
        if act is None:
            raise Http404
        if not request.user.has_perm(act.capability):
            raise PermissionDenied
        return self._ask_or_run(
            request, act, [row], asked=request.method == "POST", back=self._address("change", row.pk)
        )

    # --- acts on many rows ---

    def get_action_choices(self, request: HttpRequest, default_choices: Any = (("", "Choose"),)) -> list[Any]:
        return super().get_action_choices(request, list(default_choices))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        acts = [act for act in self.acts_for(request) if act.bulk]
        return {act.name: (partial(_run_in_bulk, act=act), act.name, act.label) for act in acts}

    def run_in_bulk(self, request: HttpRequest, queryset: QuerySet[Any], act: Act) -> HttpResponse:
        """The page between the changelist and the act: it names the rows and asks what the act needs to know."""
        rows = list(queryset)
        fit = [row for row in rows if act.offered(row)] if act.partly else []
        left = f"{self._counted(len(rows) - len(fit))} left out: {act.left_out}" if fit and fit != rows else ""
        return self._ask_or_run(
            request, act, fit or rows, asked="confirmed" in request.POST, back=request.get_full_path(), left_out=left
        )

    def _ask_or_run(
        self, request: HttpRequest, act: Act, rows: list[Any], *, asked: bool, back: str, left_out: str = ""
    ) -> HttpResponse:
        if unfit := [row for row in rows if not act.offered(row)]:
            self.message_user(request, _not_offered(act, unfit), messages.ERROR)
            return HttpResponseRedirect(back)
        kind = act.form_for(self._actor(request), rows) if act.form_for else act.form
        form = kind(request.POST, request.FILES) if asked else kind()
        if asked and form.is_valid():
            sentence = self._run(request, act, rows, form)
            if sentence is not None:
                self.message_user(request, f"{sentence} {left_out}".strip(), messages.SUCCESS)
                return HttpResponseRedirect(back)
        context = {**self._act_context(request, act, rows, form, back), "left_out": left_out}
        return TemplateResponse(request, self.act_template, context)

    def _run(self, request: HttpRequest, act: Act, rows: list[Any], form: forms.Form) -> str | None:
        """The act's sentence, or nothing when it was refused: then the form carries the reason."""
        try:
            return act.run(self._actor(request), rows, form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return None

    def _act_context(
        self, request: HttpRequest, act: Act, rows: list[Any], form: forms.Form, back: str
    ) -> dict[str, Any]:
        noun = self._counted(len(rows))
        return {
            **self.admin_site.each_context(request),
            "title": f"{act.label}: {rows[0] if len(rows) == 1 else noun}",
            "opts": self.opts,
            "act": act,
            "rows": rows[:SHOWN_BEFORE_AN_ACT],
            "more": max(0, len(rows) - SHOWN_BEFORE_AN_ACT),
            "noun": noun,
            "form": form,
            "back": back,
            "picked": request.POST.getlist(helpers.ACTION_CHECKBOX_NAME),
            "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
            "select_across": request.POST.get("select_across", "0"),
        }

    def _counted(self, number: int) -> str:
        """ "25 centres"."""
        return words.count(number, str(self.opts.verbose_name), self.counted_as or str(self.opts.verbose_name_plural))

    def _actor(self, request: HttpRequest) -> Actor:
        return Actor(user=request.user, centre=None, at=clock.now())

    def _row(self, request: HttpRequest, object_id: str) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return row

    def _address(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)


def _keys_are_numbers(keys: Sequence[str]) -> bool:
    """What a changelist's boxes send; anything else was made up."""
    return all(key.isdecimal() and len(key) < 19 for key in keys)


def _run_in_bulk(model_admin: ActionAdmin, request: HttpRequest, queryset: QuerySet[Any], *, act: Act) -> HttpResponse:
    return model_admin.run_in_bulk(request, queryset, act)


def _not_offered(act: Act, rows: list[Any]) -> str:
    named = words.listed([str(row) for row in rows[:3]])
    more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
    return f"“{act.label}” does not fit how things stand with {named}{more}. Nothing was changed."


def tag_column(tone: str, label: str) -> str:
    """A state as the pages of the centre show it, for `list_display`."""
    return render_to_string("_components/status_tag.html", {"tone": tone, "label": label})


def due_column(due: dict[str, Any] | None) -> str:
    """A due date over its label, for `list_display`."""
    return render_to_string("_components/due_date.html", {"due": due})
