"""Every address with every method, for everybody who may not be there. The two lists below may only shrink."""

from collections.abc import Callable, Iterator

import pytest
from django.test import override_settings

from portal.accounts.models import User
from portal.centres.backends import CapabilityBackend
from portal.centres.models import Centre
from portal.centres.rules import CAPABILITIES, Role
from tests.assurance.conftest import STRANGER, VICTIM, World, token_of
from tests.assurance.walking import (
    METHODS,
    SENTINEL,
    Persona,
    Route,
    faults_of,
    refused,
    routes,
    stranger_client,
    text_of,
    told_apart,
    undone,
    unresolved,
)
from tests.factories.people import signed_in

# Pages for everybody. An entry that nobody needs fails the test.
PUBLIC = frozenset(
    [
        "account_email_verification_sent",
        "account_inactive",
        "account_login",
        "account_logout",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "dashboard:healthz",
        "dashboard:readyz",
        "dashboard:service-status",
        "dashboard:status",
        "consent:answer",
        "consent:withdraw-own",
        "deadlines-feed",
        "demo:choose",
        "demo:sign-in",
        "demo:mail",
        "demo:mail-list",
        "files:verify",
        "people:accept",
        "service",
        "web:accessibility",
        "web:help",
        "web:privacy",
        "web:style-guide",
    ]
)
# Pages for everybody who is signed in, whichever centre they belong to: their own account, and the way to their centre.
SIGNED_IN = frozenset(
    [
        "account:challenge",
        "account:codes-saved",
        "account:confirm",
        "account:home",
        "account:resume",
        "account:unlock",
        "account_change_password",
        "account_set_password",
        "admin:logout",
        "api:docs",
        "api:schema",
        "dashboard:start",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_authenticate",
        "mfa_deactivate_totp",
        "mfa_download_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_login_webauthn",
        "mfa_view_recovery_codes",
        "dashboard:centres",
    ]
)
# What a token opens, whatever its scopes; sessions reach the words of the API only. `api:docs` and `api:docs-token` ask
# an unsigned reader for a token with a page that is refused (401): they show nothing, so they are not public.
API = frozenset(route.name for route in routes() if route.name.startswith("api:"))
# What a session reaches that has given the password only.
SETTING_UP = frozenset(["mfa_activate_totp", "mfa_add_webauthn"])
# The admin's own pages that show nobody's rows; the last leads an old address to its new one, unseen.
ADMIN = frozenset(
    [
        "admin:app_list",
        "admin:index",
        "admin:jsi18n",
        "admin:login",
        "admin:password_change",
        "admin:password_change_done",
        "admin:%(object_id)s/",
    ]
)


def person(email: str) -> User:
    return User.objects.get(email=email)


def anonymous(world: World) -> Persona:
    return Persona("anonymous", stranger_client(), lambda route, values: route.name in PUBLIC)


def password_only(world: World) -> Persona:
    client = signed_in(stranger_client(), person("officer@northgate.example"), factor=None)
    return Persona("password only", client, lambda route, values: route.name in PUBLIC | SETTING_UP)


def disabled(world: World) -> Persona:
    """Signed in a minute ago, switched off since."""
    user = person("quality@northgate.example")
    client = signed_in(stranger_client(), user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return Persona("disabled", client, lambda route, values: route.name in PUBLIC)


def other_centre(world: World) -> Persona:
    client = signed_in(stranger_client(), person("officer@southbrook.example"))
    return Persona("other centre", client, lambda route, values: route.name in PUBLIC | SIGNED_IN)


def lower_role(world: World, email: str, role: Role) -> Persona:
    client = signed_in(stranger_client(), person(email))

    def may(route: Route, values: dict[str, object]) -> bool:
        return route.name in PUBLIC | SIGNED_IN or route.capability in CAPABILITIES[role]

    return Persona(role.value, client, may)


def read_only(world: World) -> Persona:
    return lower_role(world, "readonly@northgate.example", Role.READER)


def senco(world: World) -> Persona:
    return lower_role(world, "senco@northgate.example", Role.SENCO)


def other_team(world: World) -> Persona:
    """Staff of the awarding organisation whose team does none of this."""
    user = person("appeals@board.example")
    client = signed_in(stranger_client(), user)

    def may(route: Route, values: dict[str, object]) -> bool:
        if route.admin is None or route.name in ADMIN:
            return route.name in PUBLIC | SIGNED_IN | ADMIN
        viewing = route.admin.view_capability or f"{route.admin.opts.app_label}.view_{route.admin.opts.model_name}"
        return CapabilityBackend().has_perm(person("appeals@board.example"), viewing)

    return Persona("other team", client, may)


def other_token(world: World) -> Persona:
    """A program of another centre: its own lists and the words of the API are open to it, the victim's rows are not."""
    centre = Centre.objects.get(number=STRANGER)
    _, secret = token_of("officer@southbrook.example", centre)
    client = stranger_client()
    client.defaults["HTTP_AUTHORIZATION"] = f"Token {secret}"
    owned = API - {"api:learner", "api:nowhere"}
    return Persona("other token", client, lambda route, values: route.name in PUBLIC | owned)


PERSONAS = [anonymous, password_only, disabled, other_centre, read_only, senco, other_team, other_token]
# Those for whom the victim is somebody else's centre altogether.
OUTSIDERS = [anonymous, password_only, disabled, other_centre, other_token]


@pytest.fixture(autouse=True)
def fresh(world: World) -> Iterator[None]:
    """Each test begins with the world as it was made."""
    with undone():
        yield


def nothing(faults: list[str]) -> None:
    """No faults; else every one of them in full."""
    assert not faults, "\n" + "\n".join(faults)


def filled(world: World, route: Route) -> list[dict[str, object]]:
    return list(world.samples.values(route))


def test_every_route_has_sample_objects(world):
    faults = []
    for route in routes():
        try:
            paths = [route.fill(values) for values in filled(world, route)]
        except (KeyError, LookupError) as error:
            faults.append(f"{route.name} has no sample for {error}")
            continue
        faults += [f"{route.name} is not what {path} leads to" for path in paths if unresolved(route, path)]
    nothing(faults)


def test_every_sample_is_there_for_those_whom_it_belongs_to(world):
    """A sample that its owners cannot find either would make every refusal look right."""
    head = Persona("head", signed_in(stranger_client(), person("head@northgate.example")), lambda route, values: True)
    nothing(
        [
            f"{route.name} {route.fill(values)}"
            for route in routes()
            if "number" in route.blanks
            for values in filled(world, route)
            if not found(head, route.fill(values))
        ]
    )


def found(persona: Persona, path: str) -> bool:
    with undone():
        answers = [persona.ask(method, path).status_code for method in ("GET", "POST")]
    return any(status not in (404, 405) for status in answers)


@pytest.mark.parametrize("make", PERSONAS, ids=lambda make: make.__name__)
def test_nobody_gets_where_they_may_not_be(world, make):
    persona = make(world)
    outsider = make in OUTSIDERS
    nothing(walk(world, persona, routes(), victim=world.rows if outsider else None))


def walk(world: World, persona: Persona, asked: list[Route], *, victim: Callable[[], str] | None = None) -> list[str]:
    return [
        fault
        for route in asked
        for values in filled(world, route)
        for method in METHODS
        for fault in faults_of(persona, route, method, values, victim)
    ]


def test_the_lists_name_only_what_they_must(world):
    """A name in a list that is no route, or that would be refused or open anyway, comes out."""
    names = {route.name for route in routes()}
    assert sorted((PUBLIC | SIGNED_IN | ADMIN | SETTING_UP) - names) == []
    assert frozenset() == PUBLIC & SIGNED_IN
    persona = anonymous(world)
    unneeded = []
    for route in routes():
        if route.name in PUBLIC and not any(let_in(persona, route, values) for values in filled(world, route)):
            unneeded.append(route.name)
    nothing(unneeded)


def let_in(persona: Persona, route: Route, values: dict[str, object]) -> bool:
    for method in ("GET", "POST"):
        with undone():
            if not refused(persona.ask(method, route.fill(values))):
                return True
    return False


def test_a_token_shows_nothing_of_another_centre(world):
    """Lists are open to every token; what stands in them is its own centre's."""
    persona = other_token(world)
    lists = [route for route in routes() if route.name in API]
    shown = [route.name for route in lists for values in filled(world, route) if seen(persona, route.fill(values))]
    nothing(shown)
    _, secret = token_of("officer@northgate.example", world.victim)
    persona.client.defaults["HTTP_AUTHORIZATION"] = f"Token {secret}"
    # Control: the victim's own token does see them.
    assert seen(persona, "/api/v1/learners/")


def seen(persona: Persona, path: str) -> bool:
    with undone():
        return SENTINEL in text_of(persona.ask("GET", path))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_belongs_to_another_centre_equals_what_never_existed(world, method):
    persona = other_centre(world)
    nothing(apart(world, persona, routes(), method))


def apart(world: World, persona: Persona, asked: list[Route], method: str) -> list[str]:
    """Ask for the victim's centre, and then for the victim's objects under the stranger's own number."""
    faults = []
    for route in asked:
        if "number" not in route.blanks:
            continue
        for theirs in filled(world, route):
            never = world.samples.missing(route, theirs)
            pairs = [({**theirs}, {**theirs, "number": never["number"]})]
            if len(route.blanks) > 1:
                pairs.append(({**theirs, "number": STRANGER}, {**never, "number": STRANGER}))
            for one, other in pairs:
                names = {str(value): str(value) for blank in route.blanks for value in (theirs[blank], never[blank])}
                if told_apart(persona, method, (route.fill(one), route.fill(other)), names):
                    faults.append(f"{method} {route.name} tells {route.fill(one)} from {route.fill(other)}")
    return faults


def test_no_unsafe_route_takes_a_request_without_the_forgery_token(world):
    """The officer may do everything here, and still no other site can do it for them."""
    client = signed_in(stranger_client(), person("head@northgate.example"))
    client.handler.enforce_csrf_checks = True
    persona = Persona("head", client, lambda route, values: True)
    taken = []
    for route in routes():
        for values in filled(world, route):
            with undone():
                response = persona.ask("POST", route.fill(values), {"a": "b"})
            if not (response.status_code in (403, 404, 405) or refused(response)):
                taken.append(f"{route.name} {response.status_code}")
    nothing(taken)


# --- controls: a walker that finds nothing proves nothing ---


@pytest.fixture
def leaks(world: World) -> Iterator[dict[str, Route]]:
    with override_settings(ROOT_URLCONF="tests.assurance.leaky_urls"):
        yield {route.name: route for route in routes("tests.assurance.leaky_urls") if route.name.startswith("leak-")}


def test_a_page_without_a_guard_is_caught(world, leaks):
    faults = walk(world, other_centre(world), [leaks["leak-unguarded"]], victim=world.rows)
    path = f"/leaks/{VICTIM}/unguarded/ (leak-unguarded)"
    assert f"other centre: GET {path} was let in with 200" in faults
    assert f"other centre: GET {path} showed another centre's data" in faults


def test_a_page_that_nobody_decided_to_publish_is_caught(world, leaks):
    faults = walk(world, anonymous(world), [leaks["leak-unlisted"]])
    assert "anonymous: GET /leaks/unlisted/ (leak-unlisted) was let in with 200" in faults


def test_a_page_that_breaks_is_caught(world, leaks):
    faults = walk(world, anonymous(world), [leaks["leak-broken"]])
    assert "anonymous: GET /leaks/broken/ (leak-broken) answered 500" in faults


def test_a_refusal_that_wrote_is_caught(world, leaks):
    faults = walk(world, other_centre(world), [leaks["leak-writing"]], victim=world.rows)
    path = f"other centre: POST /leaks/{VICTIM}/writing/ (leak-writing)"
    assert f"{path} wrote to learners_learner though refused" in faults
    assert f"{path} changed rows of another centre" in faults


def test_a_refusal_that_tells_a_centre_exists_is_caught(world, leaks):
    assert len(apart(world, other_centre(world), [leaks["leak-telling"]], "GET")) == 1


def test_a_route_without_a_sample_is_an_error(world):
    with pytest.raises(KeyError, match="unheard"):
        list(world.samples.values(Route("x/%(unheard)s/", ("unheard",), "x", None)))
