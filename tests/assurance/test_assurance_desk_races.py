"""Two colleagues at once: a centre is taken once, and covers make no circle. The controls take the locks away."""

from datetime import date
from threading import Barrier

import pytest
from django.db import transaction

from claims.actions.caring import take_centres
from claims.models import Care
from portal import clock
from portal.desk.actions import record_cover
from portal.desk.models import Cover
from tests.assurance.test_assurance_staff_races import together
from tests.factories.claims import summer
from tests.factories.people import CentreFactory, StaffMembershipFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
FIRST, LAST = date(2024, 7, 1), date(2024, 7, 5)


@pytest.fixture
def staff():
    return [membership.user for membership in StaffMembershipFactory.create_batch(3)]


def covers(away, cover):
    days = {"from_on": FIRST, "to_on": LAST}
    return lambda: record_cover(away=away, cover=cover, by=away, at=clock.now(), **days)


def test_two_who_cover_for_each_other_at_once_make_no_circle(staff):
    one, two, _ = staff
    outcome = together([covers(one, two), covers(two, one)])
    assert outcome in (["away", "done"], ["covers", "done"])
    assert Cover.objects.count() == 1


def test_a_chain_recorded_at_once_is_refused_too(staff):
    one, two, three = staff
    outcome = together([covers(one, two), covers(two, three)])
    assert outcome in (["away", "done"], ["covers", "done"])
    assert Cover.objects.count() == 1


def test_control_without_the_lock_there_is_a_circle(staff):
    one, two, _ = staff
    looked = Barrier(2)

    def careless(away, cover):
        def act():
            with transaction.atomic():
                found = Cover.objects.filter(away=cover).exists()
                looked.wait(timeout=10)
                if not found:
                    days = {"from_on": FIRST, "to_on": LAST, "recorded_at": clock.now()}
                    Cover.objects.create(away=away, cover=cover, recorded_by=away, **days)

        return act

    together([careless(one, two), careless(two, one)])
    assert Cover.objects.count() == 2


def test_centres_taken_by_three_at_once_have_one_owner_each(staff):
    series = summer()
    ids = [CentreFactory().pk for _ in range(5)]
    taken = []

    def takes(user):
        return lambda: taken.append(take_centres(centre_ids=ids, series=series, by=user, at=clock.now()).number)

    assert together([takes(user) for user in staff]) == ["done"] * 3
    assert sorted(taken) == [0, 0, 5]
    assert Care.objects.values("owner").distinct().count() == 1


def test_control_without_the_lock_a_centre_is_taken_twice(staff):
    series, centre = summer(), CentreFactory()
    looked = Barrier(2)
    taken = []

    def careless(user):
        def act():
            with transaction.atomic():
                free = not Care.objects.filter(centre=centre, series=series).exists()
                looked.wait(timeout=10)
                if free:
                    row = {"owner": user, "given_by": user, "given_at": clock.now()}
                    Care.objects.update_or_create(centre=centre, series=series, defaults=row)
                    taken.append(user)

        return act

    together([careless(user) for user in staff[:2]])
    assert len(taken) == 2
