"""The pages of an upload, for rooms to put behind their own door: upload, preview, done, refused rows."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
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
from portal.intake.rules import Unreadable
from portal.web.actor import Actor
from portal.web.words import count


@dataclass(frozen=True)
class Place:
    """Where the pages of one sheet live. `rooms` is the app name before `:upload`, `:upload-preview` and so on."""

    kind: str
    nav: str
    room: str
    back: str
    back_words: str
    kwargs: dict[str, str] = field(default_factory=dict)
    # What the names of its pages begin with; the page that shows what would be done, and what it needs beyond ours.
    prefix: str = "upload"
    template: str = "intake/preview.html"
    more: Callable[[Actor, Upload], dict[str, Any]] = lambda actor, upload: {}
    # Where a commit leads, where it has made something that has a page of its own.
    landing: Callable[[Actor, Upload], str] = lambda actor, upload: ""

    def url(self, actor: Actor, page: str, **kwargs: Any) -> str:
        name = page.replace("upload", self.prefix, 1)
        return reverse(f"{self.room}:{name}", kwargs={"number": actor.centre.number, **self.kwargs, **kwargs})

    def context(self, actor: Actor, **rest: Any) -> dict[str, Any]:
        return {
            "nav": self.nav,
            "sheet": sheet(self.kind),
            "back_url": reverse(self.back, kwargs={"number": actor.centre.number}),
            "back_words": self.back_words,
            "upload_url": self.url(actor, "upload"),
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
            return redirect(place.url(actor, "upload-preview", pk=found.pk))
    context = place.context(actor, form=form, waiting=_waiting(actor, place))
    return render(request, "intake/upload.html", context)


def _waiting(actor: Actor, place: Place) -> list[dict[str, Any]]:
    """Files that were looked at and neither committed nor discarded."""
    rows = Upload.objects.visible_to(actor).filter(kind=place.kind, status=UploadStatus.PREVIEW).order_by("-pk")[:5]
    return [{"upload": row, "url": place.url(actor, "upload-preview", pk=row.pk)} for row in rows]


def preview_page(request: HttpRequest, actor: Actor, place: Place, pk: int) -> HttpResponse:
    """What the file would do, faults first; then commit, mend or discard."""
    found = place.find(actor, pk)
    if request.method == "POST":
        return _act(request, actor, place, found)
    if found.status != UploadStatus.PREVIEW:
        return redirect(place.url(actor, "upload-done", pk=pk))
    planned = preview(found)
    new, says = planned["counts"]["new"], sheet(place.kind).declaration
    context = place.context(
        actor,
        upload=found,
        shown=SHOWN,
        refused_url=place.url(actor, "upload-refused", pk=pk),
        declaration=says(new) if says and new else "",
        **planned,
        **place.more(actor, found),
    )
    return render(request, place.template, context)


def _act(request: HttpRequest, actor: Actor, place: Place, found: Upload) -> HttpResponse:
    acts = {"all": _commit, "good": _commit, "suggestions": _mend, "discard": _discard}
    act = acts.get(request.POST.get("act", ""))
    try:
        page = act(request, actor, place, found) if act else "upload-preview"
    except Refused as refusal:
        messages.error(request, refusal.message)
        page = "upload-preview"
    if page == "upload-done" and (url := place.landing(actor, found)):
        return redirect(url)
    return redirect(place.url(actor, page) if page == "upload" else place.url(actor, page, pk=found.pk))


def _commit(request: HttpRequest, actor: Actor, place: Place, found: Upload) -> str:
    new = preview(found)["counts"]["new"]
    if sheet(found.kind).declaration and new and request.POST.get("declaration") != "on":
        raise Refused(f"Tick the declaration to submit {count(new, sheet(found.kind).noun)}. Nothing was sent.")
    good_rows_only = request.POST["act"] == "good"
    done = commit_upload(upload=found, good_rows_only=good_rows_only, by=actor.user, at=actor.at)
    if not done.moved:
        return "upload-done"
    changed = "1 row means" if done.moved == 1 else f"{done.moved} rows mean"
    messages.error(
        request,
        f"Nothing was committed: {changed} something else by now, because somebody changed the data. "
        "Look at what is marked below, then commit again.",
    )
    return "upload-preview"


def _mend(request: HttpRequest, actor: Actor, place: Place, found: Upload) -> str:
    used = use_suggestions(upload=found, at=actor.at)
    messages.success(request, f"{count(used, 'suggested fix', 'suggested fixes')} used. Look at the rows again.")
    return "upload-preview"


def _discard(request: HttpRequest, actor: Actor, place: Place, found: Upload) -> str:
    discard(upload=found, by=actor.user, at=actor.at)
    messages.success(request, "The file is discarded. Nothing from it was saved.")
    return "upload"


def done_page(request: HttpRequest, actor: Actor, place: Place, pk: int) -> HttpResponse:
    """What the commit did."""
    found = place.find(actor, pk)
    if found.status == UploadStatus.PREVIEW:
        return redirect(place.url(actor, "upload-preview", pk=pk))
    context = place.context(
        actor,
        upload=found,
        committed=found.status == UploadStatus.COMMITTED,
        landing_url=place.landing(actor, found),
        written=found.counts.get("new", 0) + found.counts.get("changed", 0),
        refused_url=place.url(actor, "upload-refused", pk=pk),
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
