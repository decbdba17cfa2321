"""Choosing who to be, and reading the mail. Nothing here exists outside a demonstration on this machine."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.accounts.access import next_path
from portal.accounts.actions import sign_in_demo
from portal.accounts.models import User
from portal.demo import queries
from portal.demo.forms import ChoosePerson

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


def demo_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page without sign-in that is there only for a marked database, PORTAL_DEMO=1 and a local host.

    Three locks, each enough by itself: 404 as for an address that never existed.
    """

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        host, _ = split_domain_port(request.get_host())
        if not settings.DEMO or host not in LOCAL_HOSTS or not queries.marked():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@demo_page
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    return _page(request, next_url=request.GET.get("next", ""))


@demo_page
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Become a person without a password; the session says that it was the demonstration's way."""
    form = ChoosePerson(request.POST)
    if not form.is_valid():
        return _page(request, next_url=request.POST.get("next", ""), fault=form.words(), status=422)
    sign_in_demo(request=request, user=form.user, wall=clock.wall(), at=clock.now())
    return HttpResponseRedirect(_destination(request, form.user))


def _page(request: HttpRequest, *, next_url: str, fault: str = "", status: int = 200) -> HttpResponse:
    context = {"cards": queries.cards(on=clock.london_date(clock.now())), "next_url": next_url, "fault": fault}
    return render(request, "demo/choose.html", context, status=status)


def _destination(request: HttpRequest, user: User) -> str:
    """The page of ours that was asked for, or where such a person begins."""
    if user.is_staff and not request.POST.get("next"):
        return reverse("admin:index")
    return next_path(request)


@demo_page
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/mail_list.html", {"mails": queries.mails(), "folder": queries.mail_folder()})


@demo_page
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    found = queries.mail(name)
    if found is None:
        raise Http404
    return render(request, "demo/mail.html", {"mail": found})
