"""A queue of cases, and the page of one: what every kind's admin is made from."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from portal import clock
from portal.casework.access import cases
from portal.casework.actions import take_next
from portal.casework.admin.acts import ACTS, case_of
from portal.casework.models import Case, Document
from portal.casework.queries import eligible_people, mine, pages
from portal.casework.rules import Part
from portal.centres.rules import STAFF_CASES_VIEW, STAFF_CASES_WORK
from portal.desk.queries import covered_by
from portal.desk.rules import owner_words
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin, due_column, tag_column


class StandingFilter(admin.SimpleListFilter):
    """Open cases, unless something else is asked for."""

    title = "whose they are"
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", "Mine"), ("nobody", "Nobody’s yet"), ("late", "Past their date"), ("closed", "Closed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        at = model_path(queryset)
        choices: dict[str | None, dict[str, Any]] = {
            None: {"closed_at": None},
            "mine": {"pk__in": mine(user=request.user, on=clock.london_date(clock.now())).values("pk")},
            "nobody": {"closed_at": None, "owner": None},
            "late": {"closed_at": None, "due_at__lt": clock.now()},
            "closed": {"closed_at__isnull": False},
        }
        chosen = choices.get(self.value(), {})
        return queryset.filter(**{f"{at}{name}": value for name, value in chosen.items()})


def model_path(rows: QuerySet[Any]) -> str:
    """From a queue's rows to their case, for filters and orders."""
    return "" if rows.model is Case or rows.model._meta.proxy else "case__"


class CaseQueue(ActionAdmin):
    """Cases of a kind, the one due first on top; of every kind where `kind` is empty.

    Register it for `Case`, a proxy of it, or a model whose `case` is its key. Subclasses add acts and `facts(row)`.
    """

    kind = ""
    acts = ACTS
    view_capability = STAFF_CASES_VIEW
    next_label = "Take the next case"
    list_display = ("reference", "centre_named", "stands", "looked_after_by", "due")
    list_filter = (StandingFilter,)
    change_form_template = "admin/casework/case.html"

    def facts(self, row: Any) -> list[dict[str, str]]:
        """What was asked, as `label` and `value`; each kind tells its own."""
        return []

    def identity(self, case: Case) -> list[dict[str, str]]:
        """Who and what the case is about, for the bar on top."""
        parts = [{"label": "Reference", "value": case.reference}, {"label": "Centre", "value": str(case.centre)}]
        if case.learner is not None:
            parts.append({"label": "Learner", "value": str(case.learner), "note": case.learner.candidate_number})
        owner = case.owner.name if case.owner else "Nobody yet"
        return [*parts, {"label": "Looked after by", "value": owner}]

    def due_of(self, case: Case, request: HttpRequest) -> dict[str, Any] | None:
        """The due date as its component takes it. Rooms that know the clocks say how long is left and why."""
        if case.due_at is None or case.closed_at is not None:
            return None
        late = case.due_at < clock.now()
        on = clock.london_date(case.due_at)
        return {"on": on, "label": "Late" if late else "", "tone": "late" if late else "neutral"}

    # --- the queue ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = cases(self._actor(request), self.kind or None)
        rows = super().get_queryset(request)
        at = model_path(rows)
        rows = rows.filter(pk__in=seen.values("pk")).select_related(f"{at}centre", f"{at}owner", f"{at}learner")
        rows = rows.annotate(cover_name=covered_by(owner=f"{at}owner", on=clock.london_date(clock.now())))
        return rows.order_by(F(f"{at}due_at").asc(nulls_last=True), "pk")

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return []

    @admin.display(description="case")
    def reference(self, row: Any) -> str:
        return case_of(row).reference

    @admin.display(description="centre")
    def centre_named(self, row: Any) -> str:
        return str(case_of(row).centre)

    @admin.display(description="state")
    def stands(self, row: Any) -> str:
        case = case_of(row)
        return tag_column("issued" if case.closed_at else "claimed", case.status_label)

    @admin.display(description="looked after by")
    def looked_after_by(self, row: Any) -> str:
        owner = case_of(row).owner
        return owner_words(name=owner.name if owner else None, cover=row.cover_name)

    @admin.display(description="due")
    def due(self, row: Any) -> str:
        return due_column(self.due_of(case_of(row), None))  # type: ignore[arg-type]

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Ask, then take: a link followed by accident takes nothing."""
        if not self.kind:
            return super().next_view(request)
        act = Act("next", self.next_label, self._take, STAFF_CASES_WORK, explanation=self._next_words())
        return self._ask_or_run(request, act, [], asked=request.method == "POST", back=self._address("changelist"))

    def _next_words(self) -> str:
        return "You get the case that is due first among those you are free to work on."

    def _take(self, actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
        taken = take_next(kind=self.kind, by=actor.user, at=actor.at)
        return f"{taken.reference} is yours." if taken else "No case waits that you are free to take."

    # --- the page of a case ---

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_document"
        view = self.admin_site.admin_view(self.document_view)
        return [path("<path:object_id>/document/<int:document>/", view, name=name), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self._row(request, object_id)
        case, actor = case_of(row), self._actor(request)
        links = [{"act": act, "url": self._address("act", object_id, act.name)} for act in self.acts_for(request, row)]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{case.kind_of.label} {case.reference}",
            "case": case,
            "row_pk": row.pk,
            "due": self.due_of(case, request),
            "parts": self.identity(case),
            "facts": self.facts(row),
            "steps": pages.steps(case=case),
            "tasks": case.tasks.order_by("pk"),
            "thread": pages.thread(case=case, actor=actor),
            "decisions": case.decisions.select_related("decided_by", "countersigned_by").order_by("-pk"),
            "entries": pages.timeline(case=case, actor=actor),
            "verdicts": eligible_people(case=case, part=Part.DECIDED, on=clock.london_date(actor.at)),
            "documents": case.documents.defer("content").order_by("-pk"),
            "document_url": f"{self.opts.app_label}_{self.opts.model_name}_document",
            "act_links": links,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.change_form_template, context)

    def document_view(self, request: HttpRequest, object_id: str, document: int) -> HttpResponse:
        """A document as an attachment. Foreign or absent: 404."""
        case = case_of(self._row(request, object_id))
        found = Document.objects.filter(case=case, pk=document, content__isnull=False).first()
        if found is None:
            raise Http404
        name = f"{case.reference}-{found.kind}.pdf"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        return HttpResponse(bytes(found.content), content_type=found.content_type, headers=headers)

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The timeline stands on the case's page; an address of the admin's own leads to the queue."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(self._address("changelist"))

    def _actor(self, request: HttpRequest) -> Actor:
        return Actor(user=request.user, centre=None, at=clock.now())
