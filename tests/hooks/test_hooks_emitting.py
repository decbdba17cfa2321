"""An act and the news of it stand or fall together, and news that nobody wants costs next to nothing."""

import pytest
from django.db import transaction

from portal.errors import Refused
from portal.hooks.actions import emit, emit_many, emit_to_all, make_hook, pause_hook, revoke_hook
from portal.hooks.models import Delivery, Event, Hook
from portal.hooks.rules.events import EventKind, Happening
from portal.hooks.rules.retrying import MOST_HOOKS
from portal.notices.models import Notice
from tests.factories.hooks import AT, NOWHERE, hook_of
from tests.factories.people import CentreFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
MADE, MOVED = EventKind.CLAIM_MADE, EventKind.DATE_CHANGED


def told():
    """Which event went to which webhook."""
    rows = Delivery.objects.order_by("pk").values_list("hook__name", "event__kind", "event__centre__number")
    return list(rows)


def test_each_program_hears_what_it_asked_for_of_its_own_centre(centre):
    other = CentreFactory(number="23456")
    hook_of(centre, events=[MADE], name="Claims")
    hook_of(centre, events=[MADE, MOVED], name="Both")
    hook_of(other, events=[MOVED], name="Other")
    assert emit_many([Happening(MADE, centre.pk, {}), Happening(MADE, other.pk, {})], at=AT) == 2
    assert emit(kind=MOVED, centre_id=other.pk, data={}, at=AT) == 1
    assert told() == [
        ("Claims", "claim.made", "12345"),
        ("Both", "claim.made", "12345"),
        ("Other", "date.changed", "23456"),
    ]
    assert Event.objects.count() == 2


def test_what_concerns_every_centre_is_told_to_those_who_listen(centre):
    other = CentreFactory(number="23456")
    hook_of(centre, events=[MOVED], name="Here")
    hook_of(other, events=[MOVED], name="There")
    hook_of(other, events=[MADE], name="Deaf")
    assert emit_to_all(kind=MOVED, data={"on": "2024-07-08"}, at=AT) == 2
    assert told() == [("Here", "date.changed", "12345"), ("There", "date.changed", "23456")]


def test_what_happens_during_a_pause_waits_and_after_withdrawal_is_not_kept(centre):
    hook, _ = hook_of(centre)
    pause_hook(hook=hook, version=1, by=UserFactory(), at=AT)
    assert emit(kind=MADE, centre_id=centre.pk, data={}, at=AT) == 1
    revoke_hook(hook=hook, version=2, by=UserFactory(), at=AT, wall=AT)
    assert emit(kind=MADE, centre_id=centre.pk, data={}, at=AT) == 0


def test_an_act_that_fails_leaves_no_news_behind(centre):
    hook_of(centre)

    def act(fails):
        with transaction.atomic():
            emit(kind=MADE, centre_id=centre.pk, data={}, at=AT)
            if fails:
                raise Refused("Not this time.")

    with pytest.raises(Refused):
        act(fails=True)
    assert Event.objects.count() == 0
    act(fails=False)  # control
    assert Event.objects.count() == 1


@pytest.mark.parametrize("count", [1, 50])
def test_news_that_nobody_wants_costs_one_query(centre, count, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert emit_many([Happening(MADE, centre.pk, {})] * count, at=AT) == 0
    with django_assert_num_queries(0):
        assert emit_many([], at=AT) == 0


@pytest.mark.parametrize("count", [1, 50])
def test_news_costs_the_same_for_one_and_for_many(centre, count, django_assert_num_queries):
    hook_of(centre)
    with django_assert_num_queries(5):  # who listens, a savepoint and its end, events, deliveries
        assert emit_many([Happening(MADE, centre.pk, {})] * count, at=AT) == count


def test_a_centre_has_ten_webhooks_at_most(centre):
    hooks = [hook_of(centre)[0] for _ in range(MOST_HOOKS)]
    with pytest.raises(Refused, match="can have 10 webhooks"):
        hook_of(centre)
    revoke_hook(hook=hooks[0], version=1, by=UserFactory(), at=AT, wall=AT)
    hook_of(centre)
    assert Hook.objects.standing().count() == MOST_HOOKS


def test_heads_and_the_maker_are_told_of_a_webhook(centre):
    head, maker = (MembershipFactory(centre=centre, role=role).user for role in ("head", "officer"))
    MembershipFactory(centre=centre, role="officer")
    make_hook(centre=centre, name="Our MIS", url=NOWHERE, events=["claim.made"], by=maker, at=AT)
    mails = Notice.objects.filter(kind="security.webhook")
    assert sorted(mails.values_list("address", flat=True)) == sorted([head.email, maker.email])
    assert {mail.subject for mail in mails} == {"Northgate College: the webhook “Our MIS” was made"}
