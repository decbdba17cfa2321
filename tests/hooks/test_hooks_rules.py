"""Where messages may go, how they are signed, and what the documentation says of it."""

import hashlib
import hmac
import html
import re

import pytest

from portal.errors import Refused
from portal.hooks.rules.addresses import Target, is_public, target_of
from portal.hooks.rules.events import OFFERED, EventKind, check_events, in_parts
from portal.hooks.rules.retrying import RETRY_DELAYS, WHOLE_SECONDS, fault_of, is_taken, retry_delay
from portal.hooks.rules.samples import SAMPLES, STAMP
from portal.hooks.rules.signing import header, new_secret, signature
from tests.factories.people import MembershipFactory, signed_in

REFUSED = [
    "http://mis.college.example/",
    "ftp://mis.college.example/",
    "https://localhost/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://mis/",
    "https://user:word@mis.college.example/",
    "https://mis.college.example@127.0.0.1/",
    "https://mis.college.example:22/",
    "https://mis.college.example:80/",
    "https://mis.college.example:99999/",
    "https://mis.college.example/a b",
    "https://mis.college.example/\r\nX-Other: 1",
    "https://mis.college.example/é",
    "https://mis.college.example\\@127.0.0.1/",
    "https://mis.college.example/#part",
    "https://[broken/",
    "//mis.college.example/",
    "",
    "https://mis.college.example/" + "a" * 500,
]


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_we_would_not_send_to_is_refused_with_a_sentence(url):
    with pytest.raises(Refused) as refusal:
        target_of(url, demo=False)
    assert (refusal.value.code, refusal.value.field, refusal.value.message[-1]) == ("url", "url", ".")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://mis.college.example", Target("mis.college.example", 443, "/", True, False)),
        ("https://MIS.college.example:8443/in?a=1", Target("mis.college.example", 8443, "/in?a=1", True, False)),
    ],
)
def test_an_ordinary_address_passes(url, target):
    assert target_of(url, demo=False) == target


def test_only_the_demonstration_sends_to_its_own_machine():
    assert target_of("http://localhost:8081/in", demo=True) == Target("localhost", 8081, "/in", False, True)
    for url in ("http://localhost:8081/in", "https://localhost/in"):
        with pytest.raises(Refused):
            target_of(url, demo=False)
    with pytest.raises(Refused):
        target_of("http://mis.college.example/", demo=True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "192.0.0.8", "192.88.99.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1",
        "fe80::1%eth0", "fec0::1", "fc00::1", "fd12::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "2002:7f00:1::", "2001::1", "2001:db8::1", "100::1", "nonsense", "",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14"])
def test_control_an_address_of_the_internet_is_public(address):
    assert is_public(address)


def test_the_signature_is_the_documented_one():
    body = '{"name":"Zoë"}'.encode()
    right = hmac.new(b"whsec_a", b"1719564240." + body, hashlib.sha256).hexdigest()
    assert signature(secret="whsec_a", timestamp=1719564240, body=body) == right
    assert header(secret_list=["whsec_a"], timestamp=1719564240, body=body) == f"t=1719564240,v1={right}"
    both = header(secret_list=["whsec_a", "whsec_b"], timestamp=1719564240, body=body)
    assert both.count("v1=") == 2
    assert both.startswith(f"t=1719564240,v1={right},")


@pytest.mark.parametrize("other", [("whsec_b", 1, b"x"), ("whsec_a", 2, b"x"), ("whsec_a", 1, b"y")])
def test_another_secret_time_or_body_has_another_signature(other):
    secret, timestamp, body = other
    assert signature(secret="whsec_a", timestamp=1, body=b"x") != signature(
        secret=secret, timestamp=timestamp, body=body
    )


def test_secrets_are_long_and_never_the_same():
    assert len({new_secret() for _ in range(100)}) == 100
    assert len(new_secret()) == len("whsec_") + 43


def test_attempts_grow_apart_and_come_to_an_end():
    delays = [retry_delay(number) for number in range(1, 8)]
    assert delays == [*RETRY_DELAYS, None]
    assert list(RETRY_DELAYS) == sorted(RETRY_DELAYS)
    assert sum(delay.total_seconds() for delay in RETRY_DELAYS) < 2 * 24 * 3600


@pytest.mark.parametrize(("status", "taken"), [(200, True), (204, True), (299, True), (302, False), (500, False)])
def test_only_answers_from_200_to_299_count(status, taken):
    assert is_taken(status) is taken


def test_of_an_answer_only_its_first_words_are_kept():
    assert fault_of(500, "Internal Server Error") == "Answered 500 Internal Server Error."
    assert fault_of(302, "Found") == "Answered 302. We do not follow redirects."
    assert fault_of(500, "") == "Answered 500."
    assert len(fault_of(500, "x" * 70_000)) < 120
    assert fault_of(500, "a\x00\x1b[31m\nb") == "Answered 500 a[31mb."


def test_events_are_kept_in_order_and_unknown_ones_refused():
    assert check_events(["date.changed", "claim.made", "claim.made"]) == ["claim.made", "date.changed"]
    for wrong in ([], ["tea.made"], ["test"]):
        with pytest.raises(Refused):
            check_events(wrong)


def test_many_registrations_make_several_messages():
    assert [len(part) for part in in_parts([str(number) for number in range(1001)])] == [500, 500, 1]
    assert in_parts([]) == []


def test_every_event_has_a_sample():
    assert set(SAMPLES) == {*OFFERED, EventKind.TEST}


def test_a_sweep_and_a_lease_outlast_an_attempt():
    from portal.hooks.rules.retrying import CONNECT_SECONDS, LEASE, READ_SECONDS

    assert CONNECT_SECONDS + READ_SECONDS < WHOLE_SECONDS < LEASE.total_seconds() / 2


@pytest.fixture
def docs(db, client):
    """The example as the page of documentation shows it."""
    page = signed_in(client, MembershipFactory(role="head").user).get("/api/v1/docs/").content.decode()
    found = re.findall(r'<code id="webhook-(\w+)">(.*?)</code>', page, re.DOTALL)
    return {name: html.unescape(text) for name, text in found}


def test_the_worked_example_of_the_page_works(docs):
    name, _, value = docs["header"].partition(": ")
    signed = hmac.new(docs["secret"].encode(), f"{STAMP}.{docs['body']}".encode(), hashlib.sha256).hexdigest()
    assert (name, value) == ("X-Exams-Office-Signature", f"t={STAMP},v1={signed}")


def test_the_code_on_the_page_tells_right_from_wrong(docs):
    told = {}
    exec(docs["check"], told)
    value, body, secret = docs["header"].partition(": ")[2], docs["body"].encode(), docs["secret"]
    assert told["is_ours"](value, body, secret, now=STAMP + 60) is True
    assert told["is_ours"](value, body + b" ", secret, now=STAMP + 60) is False
    assert told["is_ours"](value, body, "whsec_other", now=STAMP + 60) is False
    assert told["is_ours"](value, body, secret, now=STAMP + 301) is False
    assert told["is_ours"](value.replace("v1=", "v1=00,v1="), body, secret, now=STAMP) is True
