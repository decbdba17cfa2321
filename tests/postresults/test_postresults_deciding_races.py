"""Two people decide one review at the same moment."""

import threading

import pytest
from django.db import connections

from portal.casework.actions import deciding
from portal.casework.models import Case, Decision
from portal.errors import Refused
from postresults.actions import begin, decide_reviews, recommend
from postresults.actions import reviewing as acting
from tests.factories.reviews import WORKED, Reviews

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,
]


def race(*acts):
    """Run acts in threads of their own from one barrier; what each one raised."""
    gate, said = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            gate.wait(timeout=10)
            act()
        except Exception as fault:
            said[place] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return said


def ready():
    reviews = Reviews()
    request = reviews.asked()
    begin(request=request, reviewer=reviews.pat, by=reviews.cas, at=WORKED)
    recommend(request=request, mark=52, reason="scheme", comment="So.", by=reviews.pat, at=WORKED)

    def act(person):
        return lambda: decide_reviews(requests=[request], reasons="So.", by=person, at=WORKED)

    return act(reviews.dee), act(reviews.cas)


def test_one_of_two_deciders_decides_and_the_other_is_told():
    said = race(*ready())
    assert Decision.objects.count() == 1
    refused = [fault for fault in said if fault is not None]
    assert [type(fault) for fault in refused] == [Refused]
    assert "There is a decision in" in refused[0].message


def test_control_without_the_lock_the_second_one_meets_the_constraint_instead_of_a_sentence(monkeypatch):
    both = threading.Barrier(2)

    def meet(row, *, again):
        both.wait(timeout=10)

    monkeypatch.setattr(deciding, "lock_case", lambda case: Case.objects.select_related("centre").get(pk=case.pk))
    monkeypatch.setattr(acting, "hold", unlocked)
    monkeypatch.setattr(deciding, "_check_may_be_decided", meet)
    said = race(*ready())
    assert [type(fault).__name__ for fault in said if fault is not None] == ["IntegrityError"]
    assert Decision.objects.count() == 1


def unlocked(ids):
    from postresults.actions.working import HELD
    from postresults.models import Request

    return list(Request.objects.filter(pk__in=ids).select_related(*HELD))
