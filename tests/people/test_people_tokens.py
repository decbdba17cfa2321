"""API tokens: made and withdrawn by heads, shown once, told by mail."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal.audit.models import Entry
from portal.notices.models import Notice
from portal.people.models import ApiToken
from portal.people.queries import token_for
from tests.factories.people import CentreFactory, MembershipFactory, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/c/12345/people/tokens/"
FORM = {"name": "Our MIS", "scopes": ["tracker:read", "claims:write"]}


@pytest.fixture
def centre():
    return CentreFactory(number="12345")


@pytest.fixture
def head(client, centre):
    user = MembershipFactory(centre=centre, role="head").user
    signed_in(client, user)
    return user


def shown(client):
    """Make a token; what the page after the form shows."""
    page = client.post(PAGE, FORM)
    assert (page.status_code, page.headers["Location"]) == (302, PAGE)
    return re.search(r"<code>([\w-]{40,})</code>", client.get(PAGE).content.decode()).group(1)


def test_a_head_makes_a_token_that_is_shown_once(client, head):
    secret = shown(client)
    token = ApiToken.objects.get()
    assert token_for(secret) == token
    assert (token.name, token.scopes, secret in token.digest) == ("Our MIS", ["tracker:read", "claims:write"], False)
    again = client.get(PAGE).content.decode()
    assert (secret in again, "Our MIS" in again, "Never" in again) == (False, True, True)


def test_the_session_keeps_the_secret_sealed_and_no_longer_than_it_takes(client, head):
    client.post(PAGE, FORM)
    kept = str(dict(client.session.items()))
    secret = re.search(r"<code>([\w-]{40,})</code>", client.get(PAGE).content.decode()).group(1)
    assert ("shown_once" in kept, secret in kept, "shown_once" in client.session) == (True, False, False)


def test_a_name_that_stands_is_refused_and_one_that_was_withdrawn_is_free(client, head):
    client.post(PAGE, FORM)
    again = client.post(PAGE, {**FORM, "name": "our mis"})
    assert again.context["form"].errors["name"] == ["There is a token “our mis” already. Give this one another name."]
    client.post(f"{PAGE}{ApiToken.objects.get().pk}/revoke/")
    assert client.post(PAGE, FORM).status_code == 302


def test_withdrawing_asks_first(client, head):
    client.post(PAGE, FORM)
    token = ApiToken.objects.get()
    page = client.get(f"{PAGE}{token.pk}/revoke/")
    assert b"Withdraw the token now" in page.content
    token.refresh_from_db()
    assert token.revoked_at is None


def test_the_maker_and_every_head_are_told_and_it_is_on_record(client, head, centre):
    other = MembershipFactory(centre=centre, role="head").user
    client.post(PAGE, FORM)
    mails = Notice.objects.filter(kind="security.token")
    assert sorted(mails.values_list("address", flat=True)) == sorted([head.email, other.email])
    assert Entry.objects.filter(verb="people.token_made").get().data == {"scopes": FORM["scopes"]}


def test_a_withdrawn_token_works_no_longer_and_stays_listed(client, head):
    secret = shown(client)
    token = ApiToken.objects.get()
    page = client.post(f"{PAGE}{token.pk}/revoke/", follow=True).content.decode()
    assert token_for(secret) is None
    assert "Its next call is refused" in page
    assert "Withdrawn on" in page
    assert "is withdrawn already" in client.post(f"{PAGE}{token.pk}/revoke/", follow=True).content.decode()


def test_only_heads_reach_the_page_and_only_with_a_fresh_password(client, head, centre):
    session = client.session
    session["fresh_until"] = 0
    session.save()
    assert client.get(PAGE).headers["Location"].startswith("/accounts/confirm/")
    signed_in(client, MembershipFactory(centre=centre, role="officer").user)
    assert client.get(PAGE).status_code == 403


def test_a_token_needs_something_to_do(client, head):
    page = client.post(PAGE, {"name": "Our MIS"})
    assert page.context["form"].errors["scopes"] == ["Choose at least one thing that the token may do."]
    assert ApiToken.objects.count() == 0


def made(*arguments: str) -> str:
    told = StringIO()
    call_command("token", *arguments, stdout=told)
    return told.getvalue().splitlines()[-1]


def test_the_command_prints_the_token_alone_on_the_last_line(head):
    secret = made(head.email, "--centre", "12345", "--scope", "dates:read", "tracker:read", "--scope", "results:read")
    assert token_for(secret).scopes == ["dates:read", "tracker:read", "results:read"]


@pytest.mark.parametrize(
    ("role", "centre_number", "scope", "words"),
    [
        ("officer", "99999", "tracker:read", "has no role at a centre 99999"),
        ("officer", "12345", "tea:make", "is not a scope"),
        ("senco", "12345", "claims:write", "You may not do"),
    ],
)
def test_the_command_refuses_with_a_sentence(centre, role, centre_number, scope, words):
    person = MembershipFactory(centre=centre, role=role).user
    with pytest.raises(CommandError, match=words):
        made(person.email, "--centre", centre_number, "--scope", scope)


def test_the_command_numbers_tokens_without_a_name(head):
    for _ in range(3):
        made(head.email, "--centre", "12345", "--scope", "dates:read")
    name = "Made at the command line"
    assert list(ApiToken.objects.order_by("pk").values_list("name", flat=True)) == [name, f"{name} 2", f"{name} 3"]
