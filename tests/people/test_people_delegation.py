"""A head of centre lets a member do a named thing, for a while; nobody gets more than that."""

from datetime import date, timedelta

import pytest
from django.http import Http404
from django.test import Client

from portal import clock
from portal.audit.models import Entry
from portal.centres import actions as centres
from portal.centres.access import actor_for
from portal.centres.models import Delegation
from portal.centres.rules import BUNDLES, CLAIMS_MAKE, PEOPLE_DELEGATE, PEOPLE_MANAGE, Bundle, Role
from portal.errors import Refused
from portal.notices.models import Notice
from portal.people import actions
from portal.people.queries import may_invite
from tests.factories.people import CentreFactory, MembershipFactory, signed_in

pytestmark = pytest.mark.django_db
TODAY = date(2024, 6, 28)
FRIDAY = date(2024, 7, 5)


@pytest.fixture
def head():
    return MembershipFactory(role="head")


@pytest.fixture
def reader(head):
    return MembershipFactory(centre=head.centre, role="reader")


def delegated(head, member, bundle=Bundle.CLAIMS, from_on=TODAY, to_on=FRIDAY, by=None):
    return actions.delegate(
        centre=head.centre,
        user=member.user,
        bundle=bundle,
        from_on=from_on,
        to_on=to_on,
        by=by or head.user,
        at=clock.now(),
    )


def actor(member, *, days=0):
    return actor_for(user=member.user, number=member.centre.number, at=clock.now() + timedelta(days=days))


def test_it_holds_from_its_first_day_to_its_last_and_ends_by_itself(head, reader):
    delegated(head, reader, from_on=date(2024, 6, 29))
    may = [actor(reader, days=days).can(CLAIMS_MAKE) for days in (0, 1, 7, 8)]
    assert may == [False, True, True, False]
    assert actor(reader, days=1).role_words == "read-only and may make claims"


def test_the_actor_costs_one_query_as_before(head, reader, django_assert_num_queries):
    delegated(head, reader)
    with django_assert_num_queries(1):
        assert actor(reader).can(CLAIMS_MAKE)


@pytest.mark.parametrize("bundle", list(Bundle))
def test_a_bundle_allows_exactly_what_it_names(head, reader, bundle):
    before = actor(reader).capabilities
    delegated(head, reader, bundle)
    assert actor(reader).capabilities == before | BUNDLES[bundle]
    assert PEOPLE_DELEGATE not in BUNDLES[bundle]


def test_it_goes_with_the_role_and_does_not_reach_another_centre(head, reader):
    other = MembershipFactory(user=reader.user, centre=CentreFactory(), role="reader")
    delegated(head, reader)
    assert not actor(other).can(CLAIMS_MAKE)
    centres.end_role(membership=reader, version=1, by=head.user, at=clock.now())
    with pytest.raises(Http404):
        actor(reader)


def test_it_is_audited_and_the_person_is_told(head, reader):
    row = delegated(head, reader)
    centres.end_delegation(delegation=row, by=head.user, at=clock.now())
    assert list(Entry.objects.filter(chain=head.centre.number).order_by("seq").values_list("verb", "data")) == [
        (
            "centre.delegated",
            {"bundle": "claims", "from_on": "2024-06-28", "to_on": "2024-07-05", "user": reader.user.pk},
        ),
        ("centre.delegation_ended", {"bundle": "claims", "user": reader.user.pk}),
    ]
    assert Notice.objects.get(user=reader.user).subject.startswith("You may make claims at ")
    assert not actor(reader).can(CLAIMS_MAKE)


@pytest.mark.parametrize(
    ("from_on", "to_on"),
    [
        (date(2024, 6, 27), FRIDAY),
        (FRIDAY, date(2024, 7, 4)),
        (TODAY, date(2025, 6, 29)),
    ],
)
def test_days_out_of_order_are_refused(head, reader, from_on, to_on):
    with pytest.raises(Refused):
        delegated(head, reader, from_on=from_on, to_on=to_on)
    assert not Delegation.objects.exists()


def test_what_is_held_already_is_not_delegated(head, reader):
    officer = MembershipFactory(centre=head.centre, role="officer")
    stranger = MembershipFactory(role="reader")
    delegated(head, reader)
    codes = []
    for member in (reader, officer, stranger):
        with pytest.raises(Refused) as refusal:
            delegated(head, member)
        codes.append(refusal.value.code)
    assert codes == ["delegated", "by_role", "not_a_member"]


def test_a_delegate_can_neither_delegate_nor_touch_the_heads_role(head, reader):
    delegated(head, reader, Bundle.PEOPLE)
    second = MembershipFactory(centre=head.centre, role="head")
    now = clock.now()
    acts = [
        lambda: delegated(head, second, by=reader.user),
        lambda: actions.give_role(
            centre=head.centre, user=reader.user, role=Role.HEAD, from_on=TODAY, to_on=None, by=reader.user, at=now
        ),
        lambda: actions.invite(
            centre=head.centre,
            email="friend@example.org",
            name="Friend",
            role=Role.HEAD,
            from_on=TODAY,
            by=reader.user,
            at=now,
            wall=now,
        ),
        lambda: centres.end_role(membership=second, version=1, by=reader.user, at=now),
        lambda: centres.change_end(membership=second, to_on=FRIDAY, version=1, by=reader.user, at=now),
    ]
    codes = []
    for act in acts:
        with pytest.raises(Refused) as refusal:
            act()
        codes.append(refusal.value.code)
    assert codes == ["head_only"] * 5
    assert actor(reader).can(PEOPLE_MANAGE)
    assert actor(head).role_words == "head of centre"


def test_the_pages(head, reader):
    number, person = head.centre.number, reader.user.pk
    client = signed_in(Client(), head.user)
    form = {"bundle": "people", "from_on": "2024-06-28", "to_on": "2024-07-05"}
    done = client.post(f"/c/{number}/people/{person}/delegate/", form, follow=True).content.decode()
    assert f"{reader.user.name} may manage people until Friday 5 July 2024." in done
    row = Delegation.objects.get()
    delegate = signed_in(Client(), reader.user)
    assert delegate.get(f"/c/{number}/people/invite/").status_code == 200
    assert delegate.get(f"/c/{number}/people/{person}/delegate/").status_code == 403
    stranger = signed_in(Client(), MembershipFactory(role="head").user)
    assert stranger.post(f"/c/{number}/people/delegations/{row.pk}/end/").status_code == 404
    client.post(f"/c/{number}/people/delegations/{row.pk}/end/")
    assert delegate.get(f"/c/{number}/people/invite/").status_code == 403


def test_an_invitation_by_a_delegate_can_be_answered_while_the_delegation_holds(head, reader):
    delegated(head, reader, Bundle.PEOPLE)
    row = actions.invite(
        centre=head.centre,
        email="new@example.org",
        name="New Person",
        role=Role.OFFICER,
        from_on=TODAY,
        by=reader.user,
        at=clock.now(),
        wall=clock.wall(),
    )
    user = actions.accept_as_new(
        invitation=row, name="New Person", password="violet harbour ledger moth", at=clock.now(), wall=clock.wall()
    )
    assert actor_for(user=user, number=head.centre.number, at=clock.now()).can(CLAIMS_MAKE)
    assert not may_invite(user=reader.user, centre=head.centre, on=FRIDAY + timedelta(days=1))


def test_a_delegate_cannot_send_on_an_invitation_of_a_head(head, reader):
    delegated(head, reader, Bundle.PEOPLE)
    row = actions.invite(
        centre=head.centre,
        email="second@example.org",
        name="Second Head",
        role=Role.HEAD,
        from_on=TODAY,
        by=head.user,
        at=clock.now(),
        wall=clock.wall(),
    )
    with pytest.raises(Refused) as refusal:
        actions.send_again(invitation=row, by=reader.user, at=clock.now(), wall=clock.wall())
    assert refusal.value.code == "head_only"


def test_nobody_delegates_to_themselves_nor_is_offered_it(head, reader):
    with pytest.raises(Refused) as refusal:
        delegated(head, head)
    assert refusal.value.code == "oneself"
    page = signed_in(Client(), head.user).get(f"/c/{head.centre.number}/people/").content.decode()
    offered = [f"/people/{member.user.pk}/delegate/" in page for member in (head, reader)]
    assert offered == [False, True]
