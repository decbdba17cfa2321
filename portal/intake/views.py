"""The pages of an upload, for rooms to put behind their own door: upload, preview, done, refused rows."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portal.errors import Refused
from portal.intake.actions import commit_upload, discard, receive, use_suggestions
from portal.intake.forms import FileForm
from portal.intake.kinds import sheet
from portal.intake.models import Upload, UploadStatus
from portal.intake.queries import SHOWN, preview, refused_rows
from portal.intake.rules import WORKBOOK, Unreadable, empty_workbook
from portal.web.actor import Actor
from portal.web.words import count


@dataclass(frozen=True)
class Place:
    """How a room shows the pages of one sheet; their addresses are made by `portal.intake.urls`."""

    kind: str
    nav: str
    back: str
    back_words: str
    # The page that shows what would be done, and what it needs beyond ours.
    template: str = "intake/preview.html"
    more: Callable[[Actor, Upload], dict[str, Any]] = lambda actor, upload: {}
    # Where a commit leads, where it has made something that has a page of its own.
    landing: Callable[[Actor, Upload], str] = lambda actor, upload: ""

    def url(self, actor: Actor, page: str = "", **kwargs: Any) -> str:
        """The address of a page of the sheet: the choosing of a file, or `preview`, `done`, `refused`, `template`."""
        name = "-".join(filter(None, (sheet(self.kind).url_name, page)))
        return reverse(name, kwargs={"number": actor.centre.number, **kwargs})

    def context(self, actor: Actor, **rest: Any) -> dict[str, Any]:
        return {
            "nav": self.nav,
            "sheet": sheet(self.kind),
            "back_url": reverse(self.back, kwargs={"number": actor.centre.number}),
            "back_words": self.back_words,
            "upload_url": self.url(actor),
            "template_url": self.url(actor, "template"),
            **rest,
        }

    def find(self, actor: Actor, pk: int) -> Upload:
        """The upload, or a 404 that says nothing about whether it exists elsewhere."""
        found = Upload.objects.visible_to(actor).select_related("centre").filter(pk=pk, kind=self.kind).first()
        if found is None:
            raise Http404
        return found


def upload_page(request: HttpRequest, actor: Actor, place: Place) -> HttpResponse:
    """Choose a file. Faults of the file as a whole are told here, all at once."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = receive(
                centre=actor.centre,
                kind=place.kind,
                filename=file.name,
                content=file.read(),
                by=actor.user,
                at=actor.at,
            )
        except Unreadable as unreadable:
            for fault in unreadable.faults:
                form.add_error("file", fault)
        else:
            return redirect(place.url(actor, "preview", pk=found.pk))
    chosen = sheet(place.kind)
    columns = [(column, chosen.need(column.key)) for column in chosen.columns]
    context = place.context(actor, form=form, waiting=_waiting(actor, place), columns=columns)
    return render(request, "intake/upload.html", context)


def _waiting(actor: Actor, place: Place) -> list[dict[str, Any]]:
    """Files that were looked at and neither committed nor discarded."""
    rows = Upload.objects.visible_to(actor).filter(kind=place.kind, status=UploadStatus.PREVIEW).order_by("-pk")[:5]
    return [{"upload": row, "url": place.url(actor, "preview", pk=row.pk)} for row in rows]


def preview_page(request: HttpRequest, actor: Actor, place: Place, pk: int) -> HttpResponse:
    """What the file would do, faults first; then commit, mend or discard."""
    found = place.find(actor, pk)
    if request.method == "POST":
        return _act(request, actor, place, found)
    if found.status != UploadStatus.PREVIEW:
        return redirect(place.url(actor, "done", pk=pk))
    planned = preview(found)
    new, says = planned["counts"]["new"], sheet(place.kind).declaration
    context = place.context(
        actor,
        upload=found,
        shown=SHOWN,
        refused_url=place.url(actor, "refused", pk=pk),
        declaration=says(new) if says and new else "",
        **planned,
        **place.more(actor, found),
    )
    return render(request, place.template, context)


def _act(request: HttpRequest, actor: Actor, place: Place, found: Upload) -> HttpResponse:
    acts = {"all": _commit, "good": _commit, "suggestions": _mend, "discard": _discard}
    act = acts.get(request.POST.get("act", ""))
    try:
        page = act(request, actor, place, found) if act else "preview"
    except Refused as refusal:
        messages.error(request, refusal.message)
        page = "preview"
    if page == "done" and (url := place.landing(actor, found)):
        return redirect(url)
    return redirect(place.url(actor, page, pk=found.pk) if page else place.url(actor))


def _commit(request: HttpRequest, actor: Actor, place: Place, found: Upload) -> str:
    new = preview(found)["counts"]["new"]
    if sheet(found.kind).declaration and new and request.POST.get("declaration") != "on":
        raise Refused(f"Tick the declaration to submit {count(new, sheet(found.kind).noun)}. Nothing was sent.")
    good_rows_only = request.POST["act"] == "good"
    done = commit_upload(upload=found, good_rows_only=good_rows_only, by=actor.user, at=actor.at)
    if not done.moved:
        return "done"
    changed = "1 row means" if done.moved == 1 else f"{done.moved} rows mean"
    messages.error(
        request,
        f"Nothing was committed: {changed} something else by now, because somebody changed the data. "
        "Look at what is marked below, then commit again.",
    )
    return "preview"


def _mend(request: HttpRequest, actor: Actor, place: Place, found: Upload) -> str:
    used = use_suggestions(upload=found, at=actor.at)
    messages.success(request, f"{count(used, 'suggested fix', 'suggested fixes')} used. Look at the rows again.")
    return "preview"


def _discard(request: HttpRequest, actor: Actor, place: Place, found: Upload) -> str:
    discard(upload=found, by=actor.user, at=actor.at)
    messages.success(request, "The file is discarded. Nothing from it was saved.")
    return ""


def done_page(request: HttpRequest, actor: Actor, place: Place, pk: int) -> HttpResponse:
    """What the commit did."""
    found = place.find(actor, pk)
    if found.status == UploadStatus.PREVIEW:
        return redirect(place.url(actor, "preview", pk=pk))
    context = place.context(
        actor,
        upload=found,
        committed=found.status == UploadStatus.COMMITTED,
        landing_url=place.landing(actor, found),
        written=found.counts.get("new", 0) + found.counts.get("changed", 0),
        refused_url=place.url(actor, "refused", pk=pk),
    )
    return render(request, "intake/done.html", context)


def refused_file(request: HttpRequest, actor: Actor, place: Place, pk: int) -> HttpResponse:
    """Refused rows as CSV, to be put right and uploaded again."""
    found = place.find(actor, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-rows-{found.pk}.csv"'
    response.write("\ufeff")
    csv.writer(response).writerows(refused_rows(found))
    return response


def template_file(request: HttpRequest, actor: Actor, place: Place) -> HttpResponse:
    """A workbook with the headings of the sheet, to be filled in and uploaded."""
    chosen = sheet(place.kind)
    content = empty_workbook(chosen.title, [column.heading for column in chosen.columns])
    name = chosen.title.lower().replace(" ", "-")
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(content, content_type=WORKBOOK, headers=headers)
