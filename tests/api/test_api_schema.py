"""The schema is what is true: generated calls, the printed examples, and the page made from it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client, override_settings
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

from portal.api.queries import operations, schema
from portal.people.rules import OFFERED, SCOPES
from tests.api.conftest import Vendor
from tests.assurance.walking import undone
from tests.factories.people import MembershipFactory, signed_in

APP = WSGIHandler()


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Calls share the connection of the test, as those of Django's own test client do."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


EXAMPLES = 40
# What no schema says: which limits, series and learners there are. Every body of the right form would have to succeed.
LEFT_OUT = ["positive_data_acceptance"]
# An address may carry a parameter without a value, as a form sends it; the schema's formats would forbid that.
LEFT_OUT_OF_ADDRESSES = [*LEFT_OUT, "negative_data_rejection"]
OPERATIONS = [
    (path, method)
    for path, methods in schema()["paths"].items()
    for method in ("get", "post", "patch", "put", "delete")
    if method in methods
]


# What an address must carry.
NEEDED = {"postresults/offers/": {"learner": "0012", "component": "N16-BUS-2", "series": "2024-06"}}


def said(path: str, method: str) -> dict[str, Any]:
    return schema()["paths"][path][method]


def example_of(content: dict[str, Any]) -> Any:
    return next(iter(content["application/json"]["examples"].values()))["value"]


def as_printed(vendor: Vendor, path: str, method: str) -> Any:
    """The operation called with the example that the page prints."""
    path = path.replace("{candidate}", "0012").removeprefix("/api/v1/")
    if method == "get":
        return vendor.get(path, **NEEDED.get(path, {}))
    body = said(f"/api/v1/{path}", method)["requestBody"]["content"]
    return vendor.post(path, example_of(body))


def reached(vendor: Vendor) -> list[tuple[str, str]]:
    return [operation for operation in OPERATIONS if 200 <= as_printed(vendor, *operation).status_code < 300]


def test_every_operation_reaches_a_success_with_its_printed_example(vendor):
    assert reached(vendor) == OPERATIONS
    assert len(OPERATIONS) >= 11


def test_control_an_operation_that_is_never_reached_is_seen(college, vendor_of):
    without = vendor_of(college, [scope for scope in OFFERED if scope != "claims:write"])
    assert set(OPERATIONS) - set(reached(without)) == {("/api/v1/claims/", "post")}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_generated_calls_are_answered_as_the_schema_says(vendor, one_connection, path, method, mode):
    document = schemathesis.openapi.from_dict(schema())
    document.app = APP  # for checks that call again, such as without the token
    operation = document[path][method.upper()]
    left_out = CHECKS.get_by_names(LEFT_OUT if method == "post" else LEFT_OUT_OF_ADDRESSES)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def calls(case: schemathesis.Case) -> None:
        with undone():
            response = case.call(base_url="http://localhost", headers=vendor.headers)
            if response.status_code == 400 and "%00" in response.request.url:
                return  # an address with a null character is refused before it reaches any room
            case.validate_response(response, excluded_checks=left_out, headers=vendor.headers)

    with override_settings(API_CALLS_A_MINUTE=100_000):
        calls()


def test_control_a_schema_that_is_not_true_is_seen(vendor, one_connection):
    wrong = deepcopy(schema())
    wrong["components"]["schemas"]["LimitList"]["properties"]["results"] = {"type": "integer"}
    operation = schemathesis.openapi.from_dict(wrong)["/api/v1/limits/"]["GET"]
    case = operation.Case()
    response = case.call(app=APP, base_url="http://localhost", headers=vendor.headers)
    with pytest.raises(FailureGroup, match="violates schema"):
        case.validate_response(response)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_operation_asks_for_a_token_with_its_scope(college, vendor_of, path, method):
    nobody = Vendor("guess", college, Client(SERVER_NAME="localhost"))
    other = [scope for scope in SCOPES if scope != said(path, method)["x-scope"]]
    unscoped = vendor_of(college, other)
    assert [as_printed(who, path, method).status_code for who in (nobody, unscoped)] == [401, 403]


@pytest.mark.parametrize("path", ["due/", "tracker/", "claims/"])
def test_a_session_is_no_token(college, path):
    head = signed_in(Client(SERVER_NAME="localhost"), MembershipFactory(centre=college, role="head").user)
    assert (head.get(f"/api/v1/{path}").status_code, head.post(f"/api/v1/{path}").status_code) == (401, 401)


def test_every_operation_has_words_and_an_example():
    for path, method in OPERATIONS:
        row = said(path, method)
        success = next(answer for status, answer in row["responses"].items() if status.startswith("2"))
        assert row["summary"]
        assert row["description"]
        assert example_of(success["content"])
        if method != "get":
            assert example_of(row["requestBody"]["content"])


def test_the_schema_and_the_page_are_for_sessions_and_tokens(vendor, college):
    person = signed_in(Client(SERVER_NAME="localhost"), MembershipFactory(centre=college, role="senco").user)
    anybody = Client(SERVER_NAME="localhost")
    for path in ("/api/v1/schema/", "/api/v1/docs/"):
        assert person.get(path).status_code == 200
        assert vendor.client.get(path, headers=vendor.headers).status_code == 200
    assert anybody.get("/api/v1/schema/").status_code == 401
    door = anybody.get("/api/v1/docs/")
    assert (door.status_code, b"/accounts/login/?next=/api/v1/docs/" in door.content) == (401, True)


def test_the_page_tells_of_every_operation(vendor):
    words = vendor.client.get("/api/v1/docs/", headers=vendor.headers).content.decode()
    for operation in operations():
        assert f"{operation['method']} {operation['path']}" in words
        assert operation["summary"] in words
