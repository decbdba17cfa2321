"""A queue of cases, and the page of one: what every kind's admin is made from."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path

from portal import clock
from portal.casework import kinds
from portal.casework.access import cases, waiting_for_us
from portal.casework.actions import take_next
from portal.casework.admin.acts import ACTS, case_of
from portal.casework.admin.paging import KeysetList, model_path
from portal.casework.models import Case, Document
from portal.casework.queries import eligible_people, mine, pages
from portal.casework.rules import Part
from portal.centres.rules import STAFF_CASES_VIEW, STAFF_CASES_WORK
from portal.desk.queries import covered_by
from portal.desk.rules import owner_words
from portal.web.admin import Act, ActionAdmin, due_column, tag_column

_NEXT = "You get the case that is due first among those you are free to work on."


class StandingFilter(admin.SimpleListFilter):
    """Cases that wait for us, unless something else is asked for."""

    title = "whose they are"
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("mine", "Mine"),
            ("nobody", "Nobody’s yet"),
            ("late", "Past their date"),
            ("resting", "Waiting for others"),
            ("closed", "Closed"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        at = model_path(queryset)
        ours = {f"{at}pk__in": waiting_for_us(Case.objects.all()).values("pk")}
        if self.value() == "closed":
            return queryset.filter(**{f"{at}closed_at__isnull": False})
        if self.value() == "resting":
            return queryset.filter(**{f"{at}closed_at": None}).exclude(**ours)
        own = mine(user=request.user, on=clock.london_date(clock.now())).values("pk")
        more: dict[str, dict[str, Any]] = {
            "mine": {"pk__in": own},
            "nobody": {"owner": None},
            "late": {"due_at__lt": clock.now()},
        }
        chosen = more.get(self.value() or "", {})
        return queryset.filter(**ours).filter(**{f"{at}{name}": value for name, value in chosen.items()})


class StatusFilter(admin.SimpleListFilter):
    """The statuses of the queue's own kind."""

    title = "where they stand"
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        known = kinds.kind(model_admin.kind)
        return [(status, label) for status, label in known.labels.items() if known.is_ours(status)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{f"{model_path(queryset)}status": self.value()}) if self.value() else queryset


class CaseQueue(ActionAdmin):
    """Cases of a kind, the one due first on top; of every kind where `kind` is empty.

    Register it for `Case`, a proxy of it, or a model whose `case` is its key. Subclasses add acts and `facts(row)`.
    """

    kind = ""
    acts: tuple[Act, ...] = ACTS
    view_capability = STAFF_CASES_VIEW
    next_label = "Take the next case"
    list_display: Any = ("reference", "centre_named", "stands", "looked_after_by", "due")
    list_filter: ClassVar[Any] = (StandingFilter,)
    show_facets = admin.ShowFacets.NEVER  # they count every row once for each filter
    change_list_template = "admin/casework/queue.html"
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
        if not request.user.has_perm(STAFF_CASES_WORK):
            raise PermissionDenied
        if request.method == "POST":
            return self._take(request)
        act = Act("next", self.next_label, lambda *_: "", STAFF_CASES_WORK, explanation=_NEXT)
        return self._ask_or_run(request, act, [], asked=False, back=self._address("changelist"))

    def _take(self, request: HttpRequest) -> HttpResponse:
        actor = self._actor(request)
        taken = take_next(kind=self.kind, by=actor.user, at=actor.at)
        if taken is None:
            self.message_user(request, "No case waits that you are free to take.", messages.INFO)
            return redirect(self._address("changelist"))
        self.message_user(request, f"{taken.reference} is yours.", messages.SUCCESS)
        return redirect(self._address("change", taken.pk))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return KeysetList

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
        entries = pages.timeline(case=case, actor=actor)
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
            "steps": pages.steps(case=case, entries=entries),
            "tasks": case.tasks.order_by("pk") if case.kind_of.checks else None,
            "thread": pages.thread(case=case, actor=actor),
            "decisions": case.decisions.select_related("decided_by", "countersigned_by").order_by("-pk"),
            "entries": entries,
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
