"""How a program comes in: its token, what that may do, how often, and each call with a key once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import Http404
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from portal import clock
from portal.centres.access import actor_for
from portal.errors import Refused
from portal.people import actions
from portal.people.actions import LeaseLost
from portal.people.models import ApiToken
from portal.people.queries import token_for
from portal.people.rules import LONGEST_KEY, SCOPES, may
from portal.web.actor import Actor
from portal.web.api import UNPROCESSABLE, OneRenderer, Problem

NOT_VALID = "This token is not valid. It may have been withdrawn: ask the head of your centre for another."

_ASK = "Send the header “Authorization: Token …”. The head of your centre makes tokens under People."


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token …`. The program acts for the token's centre, within what the token's maker may do today."""

    def authenticate(self, request: Request) -> tuple[Any, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"token":
            return None
        found = program_of(words[1].decode("latin-1")) if len(words) == 2 else None
        if found is None:
            raise AuthenticationFailed(NOT_VALID)
        token, request.actor = found
        return token.created_by, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


def program_of(secret: str) -> tuple[ApiToken, Actor] | None:
    """The token of a secret, and as whom it acts; None when it is not valid. It counts as used."""
    token = token_for(secret)
    if token is None:
        return None
    try:
        actor = actor_for(user=token.created_by, number=token.centre.number, at=clock.now())
    except Http404:
        return None
    actions.mark_used(token=token, at=actor.at)
    return token, actor


class HasScope(BasePermission):
    """The token carries the scope of the call, and its maker still may do what the scope allows."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiToken):
            raise NotAuthenticated(_ASK)
        scope = view.scopes.get(request.method, view.scope)
        if scope and not (scope in request.auth.scopes and may(scope, request.actor.capabilities)):
            raise PermissionDenied(f"This token lacks the scope {scope}.", code="scope")
        capability = view.capabilities.get(request.method)
        if capability and not request.actor.can(capability):
            raise PermissionDenied("The person who made this token may not do that.", code="role")
        return True


class PerToken(BaseThrottle):
    """So many calls in each minute of the clock for each token, counted so that calls at once all count."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiToken):
            return True
        return actions.count_call(token=request.auth, most=settings.API_CALLS_A_MINUTE, wall=clock.wall())

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return 60 - clock.wall().second


class TokenView(APIView):
    """The base of every data endpoint. `scope` is what the token must carry, `scopes` says so by method where it
    differs; `capabilities` is what the token's maker must be allowed besides, by method.
    """

    scope: str = ""
    scopes: Mapping[str, str] = {}
    capabilities: Mapping[str, str] = {}
    authentication_classes = [TokenAuthentication]
    permission_classes = [HasScope]
    throttle_classes = [PerToken]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = OneRenderer
    metadata_class = None

    @property
    def actor(self) -> Actor:
        """The token's centre and maker, with no more capabilities than the token's scopes have."""
        actor: Actor = self.request.actor
        allowed = {SCOPES[scope] for scope in self.request.auth.scopes}
        return replace(actor, capabilities=actor.capabilities & allowed)


Handler = Callable[..., Response]


def once(handler: Handler) -> Handler:
    """Decorate an unsafe handler: with an `Idempotency-Key` the same call twice is done once and answered twice."""

    @wraps(handler)
    def guarded(view: TokenView, request: Request, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return handler(view, request, **kwargs)
        return _answer_once(key, view, request, lambda: handler(view, request, **kwargs))

    return guarded


def _answer_once(key: str, view: TokenView, request: Request, act: Callable[[], Response]) -> Response:
    kept = _begin(key, view, request)
    if kept.status is not None:
        return Response(kept.body, status=kept.status, headers={"Idempotent-Replayed": "true"})
    try:
        status, body = actions.finish_call(kept=kept, act=lambda: _plain(act()))
    except LeaseLost as lost:
        raise Problem(lost.message, code=lost.code, status_code=409) from None
    except Exception:
        actions.give_up_call(kept=kept)
        raise
    return Response(body, status=status)


def _begin(key: str, view: TokenView, request: Request) -> Any:
    if len(key) > LONGEST_KEY:
        raise Problem(
            f"An Idempotency-Key has at most {LONGEST_KEY} characters.", code="key", status_code=UNPROCESSABLE
        )
    try:
        return actions.begin_call(
            token=request.auth, key=key, fingerprint=_fingerprint(request), at=view.actor.at, wall=clock.wall()
        )
    except Refused as refusal:
        status = 409 if refusal.code == "in_flight" else UNPROCESSABLE
        raise Problem(refusal.message, code=refusal.code, status_code=status) from None


def _plain(response: Response) -> tuple[int, Any]:
    return response.status_code, response.data


def _fingerprint(request: Request) -> str:
    """Names the call: the same method, address and body."""
    called = f"{request.method} {request.get_full_path()}\n".encode()
    return sha256(called + request.body).hexdigest()
