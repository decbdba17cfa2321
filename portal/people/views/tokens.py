"""API tokens of the centre."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts.access import require_fresh
from portal.centres.access import centre_page
from portal.centres.rules import PEOPLE_MANAGE
from portal.errors import Refused
from portal.people import actions, queries
from portal.people.forms import TokenForm
from portal.people.models import ApiToken
from portal.people.views.found import put
from portal.web.actor import Actor
from portal.web.once import show_once, shown_once

_MADE = "token"


@never_cache
@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The tokens of the centre and the form for another. A secret is shown once, by the page after the form."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _made(request, actor, form):
        return redirect("people:tokens", number=actor.centre.number)
    secret = shown_once(request, _MADE)
    page = {"nav": "people", "form": form, "secret": secret, "tokens": queries.tokens_of(actor=actor)}
    return render(request, "people/tokens.html", page)


def _made(request: HttpRequest, actor: Actor, form: TokenForm) -> bool:
    try:
        _, secret = actions.make_token(
            centre=actor.centre,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            capabilities=actor.capabilities,
            by=actor.user,
            at=actor.at,
        )
    except Refused as refusal:
        put(form, refusal)
        return False
    show_once(request, _MADE, secret)
    return True


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def revoke_token(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Asks first: a program stops working."""
    row = get_object_or_404(ApiToken.objects.visible_to(actor), pk=pk)
    if request.method == "GET" and row.revoked_at is None:
        return render(request, "people/revoke_token.html", {"nav": "people", "token": row})
    try:
        actions.revoke_token(token=row, by=actor.user, at=actor.at)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"The token “{row.name}” is withdrawn. Its next call is refused.")
    return redirect("people:tokens", number=actor.centre.number)
