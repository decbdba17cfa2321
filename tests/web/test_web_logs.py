"""The log of a real portal: a JSON object a line, in which no visitor, learner or address can be found."""

import io
import json
import logging

import pytest
from django.conf import settings as configured
from django.test import Client, override_settings

from portal.web.logs import GAP, JsonLines, RefusalsAreNoFaults
from tests.factories.people import MembershipFactory, signed_in
from tests.web.leaky_logs import CANARIES

pytestmark = pytest.mark.django_db
GIVEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def log():
    """What a real portal would have written so far."""
    yield from _written_by(JsonLines())


@pytest.fixture
def careless_log():
    """The control: what Python writes by itself."""
    yield from _written_by(logging.Formatter("%(message)s"))


def _written_by(formatter):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    places = [logging.getLogger(), logging.getLogger("portal.web.requests")]
    levels = [place.level for place in places]
    places[0].addHandler(handler)
    for place in places:
        place.setLevel(logging.INFO)
    yield stream
    places[0].removeHandler(handler)
    for place, level in zip(places, levels, strict=True):
        place.setLevel(level)


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def ask_everything():
    """Canaries in the path, the query, the form, the method, the host and the headers; faults that quote them."""
    name, email, uln, search = CANARIES
    client = Client(raise_request_exception=False)
    with override_settings(ROOT_URLCONF="tests.web.leaky_logs"):
        client.get(f"/fails/{name}/?q={search}")
        client.get(f"/suspects/?email={email}&q={search}")
        client.get("/speaks/")
        client.get(f"/c/{uln}/learners/?q={search}")
        client.get(f"/nothing/{name}/{uln}")
        client.post("/accounts/login/", {"login": email, "password": name}, HTTP_REFERER=f"/{search}")
        client.generic(name.upper(), "/help/")
        client.get("/help/", headers={"host": f"{name}.example", "x-request-id": uln, "user-agent": email})


def test_a_line_tells_the_page_the_outcome_and_who_by_numbers(log, client):
    membership = MembershipFactory(role="officer")
    signed_in(client, membership.user)
    response = client.get(f"/c/{membership.centre.number}/messages/", {"q": CANARIES[3]})
    told = lines(log)[-1]
    assert isinstance(told.pop("milliseconds"), int) and told.pop("at")
    assert told == {
        "level": "INFO",
        "logger": "portal.web.requests",
        "message": "Request answered",
        "request_id": response.headers["X-Request-ID"],
        "method": "GET",
        "route": "notices:inbox",
        "status": 200,
        "actor": membership.user.pk,
        "centre": membership.centre.number,
    }


def test_nobody_is_named_whatever_goes_wrong(log):
    ask_everything()
    written = log.getvalue()
    assert [canary for canary in CANARIES if canary.lower() in written.lower()] == []
    assert {line["status"] for line in lines(log) if "status" in line} >= {200, 400, 404, 405, 500}


def test_control_a_plain_log_names_everybody(careless_log):
    ask_everything()
    written = careless_log.getvalue()
    assert [canary for canary in CANARIES if canary in written] == list(CANARIES)


def test_a_fault_tells_its_kind_and_where_it_arose(log):
    with override_settings(ROOT_URLCONF="tests.web.leaky_logs"):
        response = Client(raise_request_exception=False).get("/fails/x/")
    fault = next(line["fault"] for line in lines(log) if "fault" in line)
    assert (fault["kind"], fault["because"]) == ("builtins.ValueError", "builtins.KeyError")
    assert fault["at"][-1].startswith("tests/web/leaky_logs.py:")
    assert {line["request_id"] for line in lines(log)} == {response.headers["X-Request-ID"]}


def test_sentences_keep_their_numbers_and_codes(log):
    with override_settings(ROOT_URLCONF="tests.web.leaky_logs"):
        Client(raise_request_exception=False).get("/speaks/")
    assert [line["message"] for line in lines(log)[:3]] == [
        GAP,
        f"Mail to {GAP} waits for 5 minutes",
        f"Audit chain 12345: {GAP}",
    ]


@pytest.mark.parametrize(
    ("sentence", "values", "read"),
    [
        ("100%% of %d", (7,), "100% of 7"),
        (
            "The mail server cannot be reached: %s",
            (OSError("x@y.example"),),
            "The mail server cannot be reached: OSError",
        ),
        ("Look at /c/1/?q=Anna for 12345678", (), f"Look at /c/1/{GAP} for {GAP}"),
        ("%-5s|%05d", ("Anna", 3), f"{GAP}|3"),
    ],
)
def test_how_a_sentence_is_filled(sentence, values, read):
    record = logging.LogRecord("portal.x", logging.INFO, "", 0, sentence, values, None)
    assert json.loads(JsonLines().format(record))["message"] == read


@pytest.mark.parametrize(("proxies", "given", "kept"), [(1, GIVEN, True), (0, GIVEN, False), (1, "9876543210", False)])
def test_a_number_is_believed_from_our_own_proxy_only(client, settings, proxies, given, kept):
    settings.TRUSTED_PROXIES = proxies
    response = client.get("/healthz", headers={"x-request-id": given})
    assert (response.headers["X-Request-ID"] == given) is kept


def test_the_line_is_written_outside_everything_else():
    assert configured.MIDDLEWARE[0] == "portal.web.middleware.RequestLines"


@pytest.mark.parametrize(("status", "kept"), [(403, False), (500, True)])
def test_a_refused_page_leaves_no_traceback(status, kept):
    fault = (PermissionError, PermissionError("no"), None)
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Forbidden", None, fault)
    record.status_code = status
    assert RefusalsAreNoFaults().filter(record)
    assert (record.exc_info is not None) is kept
    assert "refusals" in configured.LOGGING["handlers"]["stderr"]["filters"]
