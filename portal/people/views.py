"""Who works for a centre: its people, their roles, and invitations."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.accounts.access import require_fresh
from portal.accounts.models import User
from portal.centres import actions as centres
from portal.centres.access import centre_page
from portal.centres.models import Delegation, Membership
from portal.centres.rules import PEOPLE_DELEGATE, PEOPLE_MANAGE, PEOPLE_VIEW, Bundle, Role
from portal.errors import Refused, Stale
from portal.people import actions, queries
from portal.people.forms import (
    DelegateForm,
    EndForm,
    InviteForm,
    JoinForm,
    LastDayForm,
    RoleForm,
    TokenForm,
    first_days,
)
from portal.people.models import ApiToken, Invitation
from portal.people.rules import SENTENCES, InvitationState
from portal.web.actor import Actor
from portal.web.words import day

# --- the centre's people ---


@require_safe
@centre_page(PEOPLE_VIEW)
def people(request: HttpRequest, actor: Actor) -> HttpResponse:
    page = {
        "nav": "people",
        "people": queries.people_of(actor=actor, on=clock.london_date(actor.at)),
        "waiting": queries.waiting_invitations(actor=actor, wall=clock.wall()),
        "delegations": queries.delegations_of(actor=actor, on=clock.london_date(actor.at)),
        "may_manage": actor.can(PEOPLE_MANAGE),
        "may_delegate": actor.can(PEOPLE_DELEGATE),
    }
    return render(request, "people/list.html", page)


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def invite(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = InviteForm(request.POST or None, initial=first_days(clock.london_date(actor.at)))
    if request.method == "POST" and form.is_valid():
        try:
            invitation = actions.invite(
                centre=actor.centre,
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                role=form.chosen_role(),
                from_on=form.cleaned_data["from_on"],
                to_on=form.cleaned_data["to_on"],
                by=actor.user,
                at=actor.at,
                wall=clock.wall(),
            )
        except Refused as refusal:
            _put(form, refusal)
        else:
            messages.success(request, f"{invitation.name} is invited. The link in the mail works for 72 hours.")
            return redirect("people:list", number=actor.centre.number)
    return render(request, "people/invite.html", {"nav": "people", "form": form})


@require_POST
@centre_page(PEOPLE_MANAGE)
@require_fresh
def send_again(request: HttpRequest, actor: Actor, invitation: int) -> HttpResponse:
    words = "{} has a new link. The old one no longer works."
    return _act_on_invitation(request, actor, invitation, actions.send_again, words)


@require_POST
@centre_page(PEOPLE_MANAGE)
@require_fresh
def revoke(request: HttpRequest, actor: Actor, invitation: int) -> HttpResponse:
    words = "The invitation of {} is withdrawn. Its link no longer works."
    return _act_on_invitation(request, actor, invitation, actions.revoke, words)


def _act_on_invitation(request: HttpRequest, actor: Actor, pk: int, act: Any, words: str) -> HttpResponse:
    """Do one act on an invitation, and say on the list what came of it."""
    row = get_object_or_404(Invitation.objects.visible_to(actor), pk=pk)
    try:
        act(invitation=row, by=actor.user, at=actor.at, wall=clock.wall())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, words.format(row.name))
    return redirect("people:list", number=actor.centre.number)


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def give_role(request: HttpRequest, actor: Actor, person: int) -> HttpResponse:
    user = _person(actor, person)
    form = RoleForm(request.POST or None, initial=first_days(clock.london_date(actor.at)))
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_role(
                centre=actor.centre,
                user=user,
                role=form.chosen_role(),
                from_on=form.cleaned_data["from_on"],
                to_on=form.cleaned_data["to_on"],
                by=actor.user,
                at=actor.at,
            )
        except Refused as refusal:
            _put(form, refusal)
        else:
            messages.success(request, f"{user.name} is {form.chosen_role().label} too, and has been told by mail.")
            return redirect("people:list", number=actor.centre.number)
    return render(request, "people/give_role.html", {"nav": "people", "form": form, "person": user})


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_DELEGATE)
@require_fresh
def delegate(request: HttpRequest, actor: Actor, person: int) -> HttpResponse:
    user = _person(actor, person)
    form = DelegateForm(request.POST or None, initial=first_days(clock.london_date(actor.at)))
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.delegate(centre=actor.centre, user=user, by=actor.user, at=actor.at, **form.chosen())
        except Refused as refusal:
            _put(form, refusal)
        else:
            messages.success(request, f"{user.name} may {Bundle(row.bundle).label} until {day(row.to_on)}.")
            return redirect("people:list", number=actor.centre.number)
    return render(request, "people/delegate.html", {"nav": "people", "form": form, "person": user})


@require_POST
@centre_page(PEOPLE_DELEGATE)
@require_fresh
def end_delegation(request: HttpRequest, actor: Actor, delegation: int) -> HttpResponse:
    row = get_object_or_404(Delegation.objects.visible_to(actor).select_related("user", "centre"), pk=delegation)
    try:
        centres.end_delegation(delegation=row, by=actor.user, at=actor.at)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        may = Bundle(row.bundle).label
        messages.success(request, f"{row.user.name} may no longer {may}, unless a role lets them.")
    return redirect("people:list", number=actor.centre.number)


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def last_day(request: HttpRequest, actor: Actor, membership: int) -> HttpResponse:
    row = _membership(actor, membership)
    form = LastDayForm(request.POST or None, initial={"to_on": row.to_on, "version": row.version})
    if request.method == "POST" and form.is_valid():
        act = {"to_on": form.cleaned_data["to_on"], "version": form.cleaned_data["version"]}
        return _done(
            request,
            actor,
            row,
            form,
            "people/last_day.html",
            lambda: centres.change_end(membership=row, by=actor.user, at=actor.at, **act),
            f"The last day of {row.user.name} as {Role(row.role).label} is changed.",
        )
    return render(request, "people/last_day.html", _role_page(row, form))


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def end_role(request: HttpRequest, actor: Actor, membership: int) -> HttpResponse:
    row = _membership(actor, membership)
    form = EndForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        return _done(
            request,
            actor,
            row,
            form,
            "people/end_role.html",
            lambda: actions.end_role(membership=row, version=version, by=actor.user, at=actor.at),
            f"{row.user.name} is no longer {Role(row.role).label}.",
        )
    return render(request, "people/end_role.html", _role_page(row, form))


def _done(
    request: HttpRequest, actor: Actor, row: Membership, form: Any, template: str, act: Any, words: str
) -> HttpResponse:
    """Do one act on a role: its page again with what was refused, both versions of a stale one, or the list."""
    try:
        act()
    except Stale as stale:
        return render(request, "people/stale.html", {**_role_page(row, form), "stale": stale}, status=409)
    except Refused as refusal:
        _put(form, refusal)
        return render(request, template, _role_page(row, form))
    messages.success(request, words)
    return redirect("people:list", number=actor.centre.number)


def _role_page(row: Membership, form: Any) -> dict[str, Any]:
    return {"nav": "people", "membership": row, "role": Role(row.role).label, "form": form}


def _put(form: Any, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def _membership(actor: Actor, pk: int) -> Membership:
    rows = Membership.objects.visible_to(actor).not_over(on=clock.london_date(actor.at))
    return get_object_or_404(rows.select_related("user", "centre"), pk=pk)


def _person(actor: Actor, pk: int) -> User:
    rows = Membership.objects.visible_to(actor).not_over(on=clock.london_date(actor.at)).select_related("user")
    row = rows.filter(user=pk).first()
    if row is None:
        raise Http404
    return row.user


# --- API tokens ---


@never_cache
@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The tokens of the centre and the form for another. Only the answer to that form ever shows a secret."""
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
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
            _put(form, refusal)
        else:
            form = TokenForm()
    page = {"nav": "people", "form": form, "secret": secret, "tokens": queries.tokens_of(actor=actor)}
    return render(request, "people/tokens.html", page)


@require_POST
@centre_page(PEOPLE_MANAGE)
@require_fresh
def revoke_token(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    row = get_object_or_404(ApiToken.objects.visible_to(actor), pk=pk)
    try:
        actions.revoke_token(token=row, by=actor.user, at=actor.at)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"The token “{row.name}” is withdrawn. Its next call is refused.")
    return redirect("people:tokens", number=actor.centre.number)


# --- answering an invitation ---


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page of the link in an invitation. Opening it changes nothing: mail scanners open links too."""
    invitation = queries.invitation_for(token)
    if invitation is None:
        raise Http404
    state = invitation.state(wall=clock.wall())
    if state is not InvitationState.OPEN:
        return render(request, "people/invitation_over.html", {"sentence": SENTENCES[state]}, status=410)
    if request.user.is_authenticated:
        return _accept_as_known(request, invitation)
    if User.objects.filter(email=invitation.email).exists():
        return redirect_to_login(request.path)
    return _accept_as_new(request, invitation)


def _accept_as_known(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.method == "POST":
        try:
            actions.accept(invitation=invitation, user=request.user, at=clock.now(), wall=clock.wall())
        except Refused as refusal:
            return render(request, "people/invitation_over.html", {"sentence": refusal.message}, status=409)
        return redirect("/")
    page = {"invitation": invitation, "is_theirs": getattr(request.user, "email", "") == invitation.email}
    return render(request, "people/accept.html", page)


def _accept_as_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.accept_as_new(
                invitation=invitation,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                at=clock.now(),
                wall=clock.wall(),
            )
        except Refused as refusal:
            _put(form, refusal)
        else:
            record_authentication(request, user, method="password", email=user.email)
            return perform_login(request, Login(user=user, email=user.email))
    return render(request, "people/join.html", {"invitation": invitation, "form": form})
