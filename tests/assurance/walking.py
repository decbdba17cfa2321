"""Walks every address of the portal with every method, as people who may not be there.

Routes come from the resolver, so a page cannot be forgotten. What may be reached is said in two ways only: by name in
the lists of `test_route_walker`, or by the capability that the view itself carries.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, URLPattern, get_resolver, resolve, reverse
from django.urls.resolvers import RoutePattern
from django.utils.regex_helper import normalize

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
SAFE = frozenset(["GET", "HEAD", "OPTIONS", "TRACE"])
REFUSALS = frozenset([401, 403, 404, 405])
SENTINEL = "Quaggaworth"
# Rows that a refusal may touch: the session itself, throttles, the last use of a token, and the audit of the refusal.
BOOKKEEPING = frozenset(
    ["django_session", "cache_rows", "audit_entry", "audit_head", "accounts_user", "people_apitoken"]
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
POLICY = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")


@dataclass(frozen=True)
class Route:
    """One address of the resolver. `blanks` are the names in it that a sample object fills."""

    template: str
    blanks: tuple[str, ...]
    name: str
    view: Any

    @property
    def capability(self) -> str | None:
        return getattr(self.view, "capability", None)

    @property
    def admin(self) -> Any:
        """The admin that the address belongs to, if it is the page of a model."""
        found = re.match(r"admin/(\w+)/(\w+)/", self.template)
        labels = ".".join(found.groups()) if found else ""
        return next((page for model, page in admin.site._registry.items() if model._meta.label_lower == labels), None)

    def fill(self, values: dict[str, Any]) -> str:
        return "/" + self.template % {blank: values[blank] for blank in self.blanks}


def routes(urlconf: Any = None) -> list[Route]:
    resolver = get_resolver(urlconf)
    return list(_routes(resolver.url_patterns, "", (), ()))


def _routes(patterns: Sequence[Any], before: str, blanks: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Route]:
    for pattern in patterns:
        template, more = _template(pattern.pattern)
        if isinstance(pattern, URLPattern):
            name = ":".join([*names, pattern.name or template or "start"])
            yield Route(before + template, blanks + more, name, pattern.callback)
        else:
            space = (pattern.namespace,) if pattern.namespace else ()
            yield from _routes(pattern.url_patterns, before + template, blanks + more, names + space)


def _template(pattern: Any) -> tuple[str, tuple[str, ...]]:
    """`%(name)s` templates, as `normalize` makes them of expressions, of both kinds of pattern."""
    if isinstance(pattern, RoutePattern):
        text = re.sub(r"<(?:\w+:)?(\w+)>", r"%(\1)s", str(pattern).replace("%", "%%"))
        return text, tuple(re.findall(r"%\((\w+)\)s", text))
    text, blanks = normalize(str(pattern))[0]
    return text, tuple(blanks)


@dataclass
class Persona:
    """Somebody at the door. `may(route, values)` says whether the page is open to them."""

    name: str
    client: Client
    may: Callable[[Route, dict[str, Any]], bool]

    def ask(self, method: str, path: str, body: dict[str, str] | None = None) -> Any:
        """One request with the cookies as they were at sign-in, whatever earlier requests did."""
        kept = self.client.cookies.copy()
        data = body if method == "POST" else None
        try:
            return self.client.generic(method, path) if data is None else self.client.post(path, data)
        finally:
            self.client.cookies = kept


def stranger_client() -> Client:
    """On localhost, where the demo's pages exist; an exception becomes the 500 page that a visitor would see."""
    return Client(SERVER_NAME="localhost", raise_request_exception=False)


@dataclass
class Samples:
    """An object for every blank: the victim's, and one of the same shape that never existed."""

    victims: dict[str, Any]
    absent: dict[str, Any]
    special: dict[tuple[str, str], Sequence[Any]] = field(default_factory=dict)

    def values(self, route: Route) -> Iterator[dict[str, Any]]:
        """Every filling of the blanks of a route. KeyError names a blank without a sample."""
        choices = [self._choices(route, blank) for blank in route.blanks]
        for combination in product(*choices):
            yield dict(zip(route.blanks, combination, strict=True))

    def _choices(self, route: Route, blank: str) -> Sequence[Any]:
        if (route.name, blank) in self.special:
            return self.special[route.name, blank]
        if route.admin is not None and blank == "object_id":
            return [route.admin.model._default_manager.values_list("pk", flat=True).order_by("pk")[:1].get()]
        if route.admin is not None and blank == "name":
            return [act.name for act in route.admin.acts]
        if blank not in self.victims:
            raise KeyError(f"{blank} of {route.name}")
        return [self.victims[blank]]

    def missing(self, route: Route, theirs: dict[str, Any]) -> dict[str, Any]:
        """The same words with objects that never existed in the place of the victim's."""
        return {**theirs, **{blank: self.absent[blank] for blank in route.blanks if blank in self.absent}}


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no row behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Writes:
    """The tables written to while it is in force."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = re.match(r'\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM)\s+"?(\w+)', sql, re.IGNORECASE)
        if found:
            self.tables.add(found.group(1))
        return execute(sql, params, many, context)


def open_doors() -> frozenset[str]:
    """Where somebody is sent who has yet to show who they are."""
    names = ("account_login", "admin:login", "mfa_activate_totp", "mfa_authenticate", "account:unlock")
    return frozenset(reverse(name) for name in names)


def refused(response: Any) -> bool:
    if response.status_code in REFUSALS:
        return True
    return response.status_code == 302 and response["Location"].split("?")[0] in open_doors()


def faults_of(
    persona: Persona, route: Route, method: str, values: dict[str, Any], victim: Callable[[], str] | None
) -> list[str]:
    """What is wrong with the answer to one request; nothing of it stays. `victim` is asked what its rows are now."""
    path = route.fill(values)
    writes = Writes()
    with undone():
        with connection.execute_wrapper(writes):
            response = persona.ask(method, path)
        words = [*_wrong_anyway(response, method, writes), *_wrong_headers(response)]
        if not persona.may(route, values):
            words += _wrong_refusal(response, method, writes)
        after = victim() if victim and writes.tables - BOOKKEEPING else ""
    if after and victim and after != victim():
        words.append("changed rows of another centre")
    return [f"{persona.name}: {method} {path} ({route.name}) {word}" for word in words]


def _wrong_anyway(response: Any, method: str, writes: Writes) -> list[str]:
    words = []
    if response.status_code >= 500:
        words.append(f"answered {response.status_code}")
    if method == "TRACE" and response.status_code < 300:
        words.append("answered TRACE")
    written = writes.tables - BOOKKEEPING
    if method in SAFE and written:
        words.append(f"wrote to {', '.join(sorted(written))}")
    return words


def _wrong_refusal(response: Any, method: str, writes: Writes) -> list[str]:
    words = []
    only_methods = method == "OPTIONS" and not text_of(response)
    if not refused(response) and not only_methods:
        words.append(f"was let in with {response.status_code} {response.headers.get('Location', '')}".rstrip())
    if writes.tables - BOOKKEEPING:
        words.append(f"wrote to {', '.join(sorted(writes.tables - BOOKKEEPING))} though refused")
    if SENTINEL in text_of(response) or SENTINEL in str(response.headers):
        words.append("showed another centre's data")
    return words


def _wrong_headers(response: Any) -> list[str]:
    words = [f"lacks {name}: {value}" for name, value in HEADERS.items() if response.headers.get(name) != value]
    policy = response.headers.get("Content-Security-Policy", "")
    words += [f"lacks the policy {rule}" for rule in POLICY if rule not in policy]
    if "unsafe" in policy:
        words.append("allows something unsafe in its policy")
    if "no-store" not in response.headers.get("Cache-Control", ""):
        words.append("may be stored")
    for cookie in response.cookies.values():
        if cookie.value and not (cookie["httponly"] and cookie["samesite"]):
            words.append(f"sets the cookie {cookie.key} without HttpOnly and SameSite")
    return words


def text_of(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace")


def told_apart(persona: Persona, method: str, pairs: tuple[str, str], names: dict[str, str]) -> bool:
    """Whether the answer for something of another centre differs from that for something that never existed."""
    return len({_likeness(persona, method, path, names) for path in pairs}) == 2


def _likeness(persona: Persona, method: str, path: str, names: dict[str, str]) -> str:
    """Status, headers and body, with the asked-for names and the forgery token taken out."""
    with undone():
        response = persona.ask(method, path)
        del response.headers["X-Request-ID"]  # a new number for every request, whatever it asks
        text = f"{response.status_code}\n{sorted(response.headers.items())}\n{text_of(response)}"
    text = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", text)
    text = text.replace(path, "PATH")
    for name in sorted(names.values(), key=len, reverse=True):
        text = text.replace(name, "NAME")
    return re.sub(r"\('Content-Length', '\d+'\)", "", text)


def digest(rows: Sequence[Any]) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def unresolved(route: Route, path: str) -> bool:
    """A filled address that leads elsewhere would test nothing."""
    try:
        return resolve(path).func is not route.view
    except Resolver404:
        return True
