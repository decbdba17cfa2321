from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from portal.audit.models import Entry
from portal.notices.actions import Letter, queue_many
from portal.notices.models import Notice, Preference
from tests.factories.people import CentreFactory, MembershipFactory, StaffMembershipFactory, signed_in

AT = datetime(2024, 6, 28, 8, 44, tzinfo=UTC)
WORDS = {"count": 3, "by": "Friday 5 July"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return MembershipFactory(role="officer")


@pytest.fixture
def colleague(officer):
    return MembershipFactory(role="head", centre=officer.centre)


def put(key, *, membership=None, centre=None, **values):
    centre = centre or membership.centre
    user = membership.user if membership else None
    letter = Letter("claims.receipt", key, f"{key}@x.example", "test", WORDS, centre=centre, user=user, **values)
    return queue_many([letter], at=AT)[0]


def page(name, membership, **kwargs):
    return reverse(f"notices:{name}", kwargs={"number": membership.centre.number, **kwargs})


@pytest.fixture
def inbox(client, officer):
    signed_in(client, officer.user)
    return lambda: client.get(page("inbox", officer))


def shown(response):
    return [notice.dedupe_key for notice in response.context["notices"]]


def test_the_inbox_holds_mine_and_the_centres_and_nobody_elses(inbox, officer, colleague):
    put("mine", membership=officer)
    put("centres", centre=officer.centre)
    put("colleagues", membership=colleague)
    put("invitation", centre=officer.centre, secret=True)
    put("elsewhere", centre=CentreFactory())
    put("mine-elsewhere", membership=MembershipFactory(user=officer.user))
    response = inbox()
    assert shown(response) == ["centres", "mine"]
    assert "On its way to mine@x.example" in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_costs_the_same_whatever_it_holds(inbox, officer, count, django_assert_max_num_queries):
    for n in range(count):
        put(f"n{n}", membership=officer)
    inbox()
    with django_assert_max_num_queries(12) as asked:
        inbox()
    assert sum("notices_notice" in query["sql"] for query in asked.captured_queries) == 2


def test_pages_follow_one_another(inbox, client, officer):
    for n in range(31):
        put(f"n{n}", membership=officer)
    first = inbox()
    assert len(shown(first)) == 30
    second = client.get(first.context["page"]["next_url"])
    assert shown(second) == ["n0"]
    assert second.context["page"] == {"previous_url": page("inbox", officer), "next_url": ""}


def test_opening_a_message_writes_nothing_and_a_button_marks_it(client, inbox, officer):
    first, other = put("first", membership=officer), put("other", membership=officer)
    response = client.get(page("message", officer, pk=first.pk))
    assert "Claim for 3 learners by Friday 5 July." in response.content.decode()
    assert Notice.objects.filter(read_at=None).count() == 2
    client.post(page("read", officer), {"notice": first.pk})
    assert list(Notice.objects.filter(read_at=None)) == [other]
    assert "Messages (1" in inbox().content.decode()
    client.post(page("read", officer))
    assert Notice.objects.filter(read_at=None).count() == 0
    assert "unread" not in inbox().content.decode()


def test_a_strangers_message_is_as_one_that_never_existed(client, officer, colleague):
    notice, theirs = put("mine", membership=officer), put("theirs", membership=colleague)
    stranger = MembershipFactory()
    signed_in(client, stranger.user)
    for address in (page("message", stranger, pk=notice.pk), page("message", officer, pk=notice.pk)):
        assert client.get(address).status_code == 404
    assert client.post(page("again", stranger, pk=notice.pk)).status_code == 404
    signed_in(client, officer.user)
    assert client.get(page("message", officer, pk=theirs.pk)).status_code == 404


def sent(notice):
    Notice.objects.filter(pk=notice.pk).update(delivery="sent", sent_at=notice.waiting_since + timedelta(seconds=60))


def test_a_message_can_be_sent_again_once_it_was_sent(client, officer):
    notice = put("mine", membership=officer)
    signed_in(client, officer.user)
    client.post(page("again", officer, pk=notice.pk))
    assert Notice.objects.count() == 1
    sent(notice)
    assert "Sent to mine@x.example, 9:45am." in client.get(page("message", officer, pk=notice.pk)).content.decode()
    for _ in range(2):
        client.post(page("again", officer, pk=notice.pk))
    copy = Notice.objects.get(again=notice)
    assert (copy.text, copy.address, copy.delivery) == (notice.text, notice.address, "queued")
    assert Entry.objects.values_list("verb", "subject_id", "data").get() == (
        "notices.sent_again",
        str(copy.pk),
        {"of": notice.pk},
    )


def test_a_mail_with_a_link_for_one_use_is_not_sent_again(client, officer):
    notice = put("mine", membership=officer, secret=True)
    sent(notice)
    signed_in(client, officer.user)
    response = client.post(page("again", officer, pk=notice.pk), follow=True)
    assert "must ask for a new one" in response.content.decode()
    assert "Resend" not in response.content.decode()
    assert Notice.objects.count() == 1


def test_mail_is_chosen_by_kind_and_holds_from_the_next_message(client, officer):
    signed_in(client, officer.user)
    response = client.get(page("preferences", officer))
    assert response.context["form"].initial == {"kinds": ["reminder", "receipt", "news"]}
    client.post(page("preferences", officer), {"kinds": ["reminder"]})
    chosen = dict(Preference.objects.filter(user=officer.user).values_list("kind", "by_mail"))
    assert chosen == {"reminder": True, "receipt": False, "news": False}
    assert put("mine", membership=officer).delivery == "none"
    assert client.post(page("preferences", officer), {"kinds": ["security"]}).status_code == 200
    assert client.get(page("preferences", officer)).context["form"].initial == {"kinds": ["reminder"]}


class TestStaff:
    @pytest.fixture
    def doubtful(self, officer):
        notices = [put("doubtful", membership=officer), put("failed", membership=officer)]
        for notice, state in zip(notices, ["unknown", "failed"], strict=True):
            Notice.objects.filter(pk=notice.pk).update(delivery=state, attempts=7, fault="No answer")
        return [notice.pk for notice in notices]

    def act(self, client, role, name, rows):
        signed_in(client, StaffMembershipFactory(role=role).user)
        form = {"action": name, "_selected_action": rows, "confirmed": "1"}
        return client.post(reverse("admin:notices_notice_changelist"), form, follow=True)

    def states(self):
        return list(Notice.objects.order_by("id").values_list("delivery", "attempts"))

    def test_the_administrator_settles_doubtful_mail(self, client, doubtful):
        response = self.act(client, "admin", "arrived", doubtful)
        assert self.states() == [("unknown", 7), ("failed", 7)]
        assert "does not fit how things stand" in response.content.decode()
        self.act(client, "admin", "arrived", doubtful[:1])
        self.act(client, "admin", "send-again", doubtful[1:])
        assert self.states() == [("sent", 7), ("queued", 0)]
        assert list(Entry.objects.order_by("id").values_list("verb", flat=True)) == [
            "notices.arrived",
            "notices.requeued",
        ]

    def test_the_queue_says_how_much_waits_for_a_person(self, client, doubtful):
        signed_in(client, StaffMembershipFactory(role="casework").user)
        response = client.get(reverse("admin:notices_notice_changelist"))
        assert "1 in doubt, 1 could not be sent." in response.content.decode()

    def test_casework_may_look_and_not_act(self, client, doubtful):
        self.act(client, "casework", "arrived", doubtful[:1])
        assert self.states() == [("unknown", 7), ("failed", 7)]

    def test_appeals_see_no_mail(self, client, doubtful):
        assert self.act(client, "appeals", "arrived", doubtful).status_code == 403
