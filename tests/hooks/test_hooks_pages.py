"""The pages of webhooks: made and withdrawn like tokens, with a log that says what happens next."""

import re
from datetime import date, timedelta

import pytest

from portal import clock
from portal.centres.models import Delegation
from portal.hooks.actions import deliver, pause_hook
from portal.hooks.models import Delivery, Hook
from portal.hooks.queries import PAGE
from tests.factories.hooks import AT, NOWHERE, happened, hook_of
from tests.factories.people import MembershipFactory, StaffMembershipFactory, UserFactory, signed_in

pytestmark = pytest.mark.django_db
LIST = "/c/12345/people/webhooks/"
FORM = {"name": "Our MIS", "url": NOWHERE, "events": ["claim.made", "date.changed"]}
SECRET = re.compile(r"whsec_[\w-]{43}")


@pytest.fixture
def head(client, centre):
    user = MembershipFactory(centre=centre, role="head").user
    signed_in(client, user)
    return user


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def row(delivery):
    return f"{LIST}{delivery.hook_id}/deliveries/{delivery.pk}/"


def test_a_head_makes_a_webhook_whose_secret_is_shown_once(client, head):
    secret = SECRET.search(client.post(LIST, FORM, follow=True).content.decode())
    hook = Hook.objects.get()
    assert (hook.name, hook.events, hook.made_by, secret is not None) == ("Our MIS", FORM["events"], head, True)
    pages = [client.get(LIST), client.get(f"{LIST}{hook.pk}/")]
    assert [SECRET.search(page.content.decode()) for page in pages] == [None, None]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("url", "http://mis.college.example/", "The address must begin with https://."),
        ("url", "https://10.0.0.1/", "Name the receiver by its full host name"),
        ("events", [], "Choose at least one event."),
        ("name", "", "This field is required."),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field(client, head, field, value, words):
    page = client.post(LIST, {**FORM, field: value})
    assert (words in page.context["form"].errors[field][0], Hook.objects.count()) == (True, 0)


def test_only_those_who_manage_people_reach_it_and_changes_need_a_fresh_password(client, centre, head, hook):
    session = client.session
    session["fresh_until"] = 0
    session.save()
    assert client.get(LIST).headers["Location"].startswith("/accounts/confirm/")
    for act in ("pause", "resume", "secret", "withdraw"):
        assert client.post(f"{LIST}{hook.pk}/{act}/").headers["Location"].startswith("/accounts/confirm/")
    assert client.get(f"{LIST}{hook.pk}/").status_code == 200
    signed_in(client, MembershipFactory(centre=centre, role="officer").user)
    assert client.get(f"{LIST}{hook.pk}/").status_code == 403


def test_pause_resume_new_secret_and_withdrawal(client, head, hook):
    page = f"{LIST}{hook.pk}/"
    assert "What happens now waits" in text(client.post(f"{page}pause/", {"version": 1}, follow=True))
    assert "is paused already" in text(client.post(f"{page}pause/", {"version": 2}, follow=True))
    assert "Resume it first" in text(client.post(f"{page}test/", follow=True))
    assert "is resumed" in text(client.post(f"{page}resume/", {"version": 2}, follow=True))
    renewed = client.post(f"{page}secret/", {"version": 3}, follow=True).content.decode()
    assert (SECRET.search(renewed) is not None, "24 hours" in renewed) == (True, True)
    assert "Nothing more is sent" in text(client.post(f"{page}withdraw/", {"version": 4}, follow=True))
    assert "is withdrawn already" in text(client.post(f"{page}withdraw/", {"version": 5}, follow=True))


def test_a_name_that_stands_is_refused(client, head):
    client.post(LIST, FORM)
    again = client.post(LIST, FORM)
    assert again.context["form"].errors["name"] == ["There is a webhook “Our MIS” already. Give this one another name."]


@pytest.mark.parametrize(("act", "words"), [("secret", "Make a new secret"), ("withdraw", "Withdraw it for good")])
def test_what_cannot_be_undone_asks_first(client, head, hook, act, words):
    assert words in text(client.get(f"{LIST}{hook.pk}/{act}/"))
    hook.refresh_from_db()
    assert (hook.version, hook.revoked_at) == (1, None)


@pytest.mark.parametrize("version", [{"version": 7}, {"version": "x"}, {}])
@pytest.mark.parametrize("act", ["pause", "secret", "withdraw"])
def test_an_act_from_a_page_that_is_out_of_date_changes_nothing(client, head, hook, act, version):
    page = client.post(f"{LIST}{hook.pk}/{act}/", version, follow=True)
    assert "Somebody changed this webhook since you opened the page" in text(page)
    hook.refresh_from_db()
    assert (hook.version, hook.paused_at, hook.revoked_at) == (1, None, None)


def test_the_log_says_what_became_of_each_delivery_and_what_happens_next(client, head, hook, receiver):
    happened(hook.centre)
    assert "It is sent within a minute." in text(client.get(f"{LIST}{hook.pk}/"))
    receiver.answer = lambda taken, request: 503
    deliver(at=AT, wall=clock.wall())
    log = text(client.get(f"{LIST}{hook.pk}/"))
    # The next attempt stands on the calendar of the other dates.
    assert re.search(r"To be tried again 1 attempt\. Answered 503 .*\. Next attempt on Friday 28 June 2024, ", log)
    receiver.answer = lambda taken, request: 200
    deliver(at=AT, wall=clock.wall() + timedelta(minutes=2))
    assert "Delivered 2 attempts, the last on Friday 28 June 2024" in text(client.get(f"{LIST}{hook.pk}/"))


def test_a_paused_webhooks_log_says_that_things_wait(client, head, hook):
    pause_hook(hook=hook, version=1, by=head, at=AT)
    happened(hook.centre)
    assert "It is sent when the webhook is resumed." in text(client.get(f"{LIST}{hook.pk}/"))


def test_a_test_event_and_a_replay_from_the_pages(client, head, hook, receiver):
    assert "A test event is on its way" in text(client.post(f"{LIST}{hook.pk}/test/", follow=True))
    delivery = Delivery.objects.get()
    assert "on its way already" in text(client.post(f"{row(delivery)}replay/", follow=True))
    deliver(at=AT, wall=clock.wall())
    shown = text(client.get(row(delivery)))
    assert ("This is a test" in shown, str(delivery.event.reference) in shown) == (True, True)
    assert "sent once more" in text(client.post(f"{row(delivery)}replay/", follow=True))
    deliver(at=AT, wall=clock.wall())
    assert (len(receiver.taken), len(set(receiver.ids()))) == (2, 1)


def test_replaying_all_that_failed(client, head, hook, receiver):
    address = f"{LIST}{hook.pk}/replay/"
    happened(hook.centre, 2)
    Delivery.objects.update(state="given_up", settled_at=AT)
    assert client.post(address, {"since": "soon"}).context["form"].errors["since"] == ["Enter a valid date."]
    assert "nothing to replay" in text(client.post(address, {"since": "2024-06-29"}, follow=True))
    done = text(client.post(address, {"since": "2024-06-28"}, follow=True))
    assert "2 events since Friday 28 June 2024 will be sent once more." in done
    deliver(at=AT, wall=clock.wall())
    assert len(receiver.taken) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_costs_the_same_with_one_row_and_with_three(client, head, hook, count, django_assert_num_queries):
    happened(hook.centre, count)
    with django_assert_num_queries(6):  # session, user, the actor's roles, the webhook, its log, unread messages
        client.get(f"{LIST}{hook.pk}/")


def test_the_log_goes_on_over_pages_without_a_gap(client, head, hook):
    made = {delivery.pk for delivery in happened(hook.centre, PAGE + 5)}
    address, seen = f"{LIST}{hook.pk}/", []
    while address:
        page = client.get(address)
        seen += [line.delivery.pk for line in page.context["lines"]]
        address = page.context["page"]["next_url"]
    assert (sorted(seen), len(seen)) == (sorted(made), len(made))


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "9" * 18])
def test_a_strange_page_of_the_log_is_no_fault(client, head, hook, before):
    assert client.get(f"{LIST}{hook.pk}/?before={before}").status_code == 200


def test_a_delivery_is_found_under_its_own_webhook_only(client, head, hook):
    (delivery,) = happened(hook.centre)
    other, _ = hook_of(hook.centre)
    assert client.get(row(delivery)).status_code == 200
    assert client.get(f"{LIST}{other.pk}/deliveries/{delivery.pk}/").status_code == 404


@pytest.mark.parametrize(("role", "shown"), [("senco", False), ("head", True)])
def test_a_message_is_shown_to_those_who_may_hear_of_it(client, centre, hook, role, shown):
    (delivery,) = happened(centre)
    user = MembershipFactory(centre=centre, role=role).user
    about = {"centre": centre, "user": user, "bundle": "people", "given_by": user, "given_at": AT}
    Delegation.objects.create(**about, from_on=date(2024, 6, 1), to_on=date(2024, 7, 31))
    signed_in(client, user)
    page = client.get(row(delivery))
    assert (page.status_code, "claim.made&quot;" in page.content.decode()) == (200, shown)


def test_staff_see_the_host_and_no_key_in_the_address(client, hook):
    hook_of(hook.centre, "https://mis.college.example/in?key=of-theirs")
    signed_in(client, StaffMembershipFactory(role="admin", user=UserFactory(is_staff=True)).user)
    pages = [client.get("/admin/hooks/hook/"), client.get(f"/admin/hooks/hook/{Hook.objects.last().pk}/change/")]
    assert [page.status_code for page in pages] == [200, 200]
    words = "".join(page.content.decode() for page in pages)
    assert ("mis.college.example" in words, "of-theirs" in words, "sealed" in words) == (True, False, False)
