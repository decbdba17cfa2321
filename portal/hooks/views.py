"""The webhooks of a centre: made and withdrawn like its API tokens, with the log of what was sent."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.accounts.access import require_fresh
from portal.centres.access import centre_page
from portal.centres.rules import PEOPLE_MANAGE
from portal.errors import Refused
from portal.hooks import actions, queries
from portal.hooks.forms import HookForm, ReplayForm, VersionForm, first_day
from portal.hooks.models import Delivery, Hook
from portal.web.actor import Actor
from portal.web.once import show_once, shown_once
from portal.web.words import count, day

_SIGNS = "It signs every message to this webhook."
_FORMER = "The former secret signs beside it for 24 hours, so that the program can change over."


@never_cache
@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def hooks(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The webhooks of the centre and the form for another, which leads to the page of the new one."""
    form = HookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = actions.make_hook(centre=actor.centre, by=actor.user, at=actor.at, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            return _show(request, actor, made, secret)
    page = {"nav": "people", "form": form, "demo": settings.DEMO, "hooks": queries.hooks_of(actor=actor)}
    return render(request, "hooks/list.html", page)


def _show(request: HttpRequest, actor: Actor, row: Hook, secret: str) -> HttpResponse:
    """Lead on to the page of a webhook, which shows its new secret this once."""
    show_once(request, f"hook {row.pk}", secret)
    return _back(actor, row)


@never_cache
@require_safe
@centre_page(PEOPLE_MANAGE)
def hook_page(request: HttpRequest, actor: Actor, hook: int) -> HttpResponse:
    return _page(request, actor, _hook(actor, hook))


def _page(request: HttpRequest, actor: Actor, hook: Hook, *, form: Any = None) -> HttpResponse:
    """A webhook with its log, and with its secret right after that was made."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    lines, after = queries.log_of(actor=actor, hook=hook, before=before, wall=clock.wall())
    address = reverse("hooks:hook", kwargs={"number": actor.centre.number, "hook": hook.pk})
    page = {
        "nav": "people",
        "hook": hook,
        "secret": shown_once(request, f"hook {hook.pk}"),
        "lead": _FORMER if hook.former else _SIGNS,
        "form": form or ReplayForm(initial=first_day(clock.london_date(actor.at))),
        "lines": lines,
        "page": {"previous_url": address if before else "", "next_url": f"{address}?before={after}" if after else ""},
    }
    return render(request, "hooks/hook.html", page)


@require_POST
@centre_page(PEOPLE_MANAGE)
@require_fresh
def pause(request: HttpRequest, actor: Actor, hook: int) -> HttpResponse:
    words = "“{}” is paused. What happens now waits until you resume it."
    return _act(request, actor, hook, actions.pause_hook, words)


@require_POST
@centre_page(PEOPLE_MANAGE)
@require_fresh
def resume(request: HttpRequest, actor: Actor, hook: int) -> HttpResponse:
    words = "“{}” is resumed. What waited is sent within a minute."
    return _act(request, actor, hook, actions.resume_hook, words)


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def revoke(request: HttpRequest, actor: Actor, hook: int) -> HttpResponse:
    """Asks first: what waits is lost."""
    if request.method == "GET":
        return _asked(request, actor, hook, "hooks/withdraw.html")
    words = "“{}” is withdrawn. Nothing more is sent to it."
    return _act(request, actor, hook, actions.revoke_hook, words, wall=clock.wall())


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def rotate(request: HttpRequest, actor: Actor, hook: int) -> HttpResponse:
    """Asks first: the program must be given the new secret within a day."""
    if request.method == "GET":
        return _asked(request, actor, hook, "hooks/rotate.html")
    row = _hook(actor, hook)
    try:
        changed, secret = actions.rotate_secret(
            hook=row, version=_version(request), by=actor.user, at=actor.at, wall=clock.wall()
        )
    except Refused as refusal:
        messages.error(request, refusal.message)
        return _back(actor, row)
    return _show(request, actor, changed, secret)


def _asked(request: HttpRequest, actor: Actor, pk: int, template: str) -> HttpResponse:
    """The page that asks before an act on a webhook that stands."""
    row = _hook(actor, pk)
    return _back(actor, row) if row.revoked_at else render(request, template, {"nav": "people", "hook": row})


@require_POST
@centre_page(PEOPLE_MANAGE)
def test(request: HttpRequest, actor: Actor, hook: int) -> HttpResponse:
    row = _hook(actor, hook)
    try:
        actions.send_test(hook=row, by=actor.user, at=actor.at, wall=clock.wall())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "A test event is on its way. Load this page again in a minute to see its result.")
    return _back(actor, row)


@require_POST
@centre_page(PEOPLE_MANAGE)
def replay_failed(request: HttpRequest, actor: Actor, hook: int) -> HttpResponse:
    row = _hook(actor, hook)
    form = ReplayForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, row, form=form)
    since = form.cleaned_data["since"]
    try:
        again = actions.replay_failed(hook=row, since=since, by=actor.user, at=actor.at, wall=clock.wall())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{count(again, 'event')} since {day(since)} will be sent once more.")
    return _back(actor, row)


@require_safe
@centre_page(PEOPLE_MANAGE)
def delivery_page(request: HttpRequest, actor: Actor, hook: int, delivery: int) -> HttpResponse:
    row = _delivery(actor, hook, delivery)
    line = queries.line_of(row, actor=actor, wall=clock.wall())
    page = {
        "nav": "people",
        "line": line,
        "delivery": row,
        "hook": row.hook,
        "body": queries.readable(row.event, actor=actor),
    }
    return render(request, "hooks/delivery.html", page)


@require_POST
@centre_page(PEOPLE_MANAGE)
def replay(request: HttpRequest, actor: Actor, hook: int, delivery: int) -> HttpResponse:
    row = _delivery(actor, hook, delivery)
    try:
        actions.replay(delivery=row, by=actor.user, at=actor.at, wall=clock.wall())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "The event will be sent once more, under the same event id, within a minute.")
    return _back(actor, row.hook)


def _act(request: HttpRequest, actor: Actor, pk: int, act: Callable[..., Any], words: str, **more: Any) -> HttpResponse:
    """Do one act on a webhook, and say on its page what came of it."""
    row = _hook(actor, pk)
    try:
        act(hook=row, version=_version(request), by=actor.user, at=actor.at, **more)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, words.format(row.name))
    return _back(actor, row)


def _version(request: HttpRequest) -> int:
    """The version the page was made from; one that is missing fits none."""
    form = VersionForm(request.POST)
    return form.cleaned_data["version"] if form.is_valid() else 0


def _back(actor: Actor, row: Hook) -> HttpResponse:
    return redirect("hooks:hook", number=actor.centre.number, hook=row.pk)


def _hook(actor: Actor, pk: int) -> Hook:
    rows = Hook.objects.visible_to(actor).select_related("made_by", "paused_by", "revoked_by")
    return get_object_or_404(rows, pk=pk)


def _delivery(actor: Actor, hook: int, pk: int) -> Delivery:
    found = queries.delivery_of(actor=actor, hook_id=hook, pk=pk)
    if found is None:
        raise Http404
    return found
