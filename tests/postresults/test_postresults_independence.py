"""No decision by somebody who is involved, whichever way they try: actions and the admin, over random histories."""

import random

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.casework import actions
from portal.casework.actions import assigning, declare_interest, involve
from portal.casework.models import Decision, Interest, Involvement
from portal.casework.rules import BARRED_BY, Part
from portal.errors import Refused
from postresults.actions import accept, begin, decide_reviews, recommend, refuse
from tests.factories.casework import member
from tests.factories.people import signed_in
from tests.factories.reviews import WORKED, Reviews

pytestmark = pytest.mark.django_db
STEPS = 40
CLOSE = (Part.MARKED, Part.MODERATED, Part.INTEREST, Part.SUBJECT)


def ways(rng, request, person, colleague, client):
    """Everything that somebody could try next, by action and by the admin."""
    given = {"by": person, "at": WORKED}
    words = {"mark": rng.choice([47, 49, 52]), "reason": "scheme", "comment": "So."}
    latest = Decision.objects.filter(case=request.case).order_by("-pk").first()
    path = "admin:postresults_reviewcase_act"

    def post(name, **fields):
        signed_in(client, person)
        return client.post(reverse(path, args=[request.pk, name]), {"confirmed": "yes", **fields})

    return [
        lambda: accept(requests=[request], **given),
        lambda: refuse(request=request, reason="No.", **given),
        lambda: begin(request=request, reviewer=colleague, **given),
        lambda: recommend(request=request, **words, **given),
        lambda: decide_reviews(requests=[request], reasons="So.", **given),
        lambda: latest and actions.countersign(decision=latest, **given),
        lambda: latest and actions.send_back(decision=latest, reason="Again.", **given),
        lambda: latest and actions.issue(decision=latest, **given),
        lambda: actions.reopen(case=request.case, reason="Again.", **given),
        lambda: involve(case=request.case, user=colleague, part=rng.choice(CLOSE), **given),
        lambda: declare_interest(user=colleague, part=rng.choice(CLOSE), unit=request.unit, **given),
        lambda: post("begin", reviewer=colleague.pk),
        lambda: post("recommend", **words),
        lambda: post("decide", reasons="So."),
        lambda: post("countersign"),
        lambda: post("issue"),
    ]


def barred_now(request, user, part):
    """Whether the rows say, before a step, that somebody may not take a part."""
    barring = [each.value for each in BARRED_BY[part]]
    own = Involvement.objects.filter(case=request.case, user=user, part__in=barring)
    return own.exists() or Interest.objects.filter(user=user, unit=request.unit, part__in=barring).exists()


def walked(seed):
    """A random history; every decision and countersignature of somebody who was barred at that moment."""
    rng = random.Random(seed)
    reviews = Reviews()
    request = reviews.asked(mark=49)
    people = [reviews.pat, reviews.dee, reviews.cas, member(f"Person {seed}")]
    client, wrong = Client(), []
    for _ in range(STEPS):
        person, colleague = rng.choice(people), rng.choice(people)
        barred = {part: barred_now(request, person, part) for part in (Part.DECIDED, Part.COUNTERSIGNED)}
        before = signatures(request)
        try:
            with transaction.atomic():
                rng.choice(ways(rng, request, person, colleague, client))()
        except (Refused, IntegrityError):
            continue
        new = signatures(request) - before
        wrong += [(part, user) for part, _, user in new if user == person.pk and barred[part]]
    return wrong, Decision.objects.filter(case=request.case).count()


def undone(seed):
    """A history of its own, of which nothing stays."""
    place = transaction.savepoint()
    try:
        return walked(seed)
    finally:
        transaction.savepoint_rollback(place)


def signatures(request):
    rows = Decision.objects.filter(case=request.case)
    decided = {(Part.DECIDED, row.pk, row.decided_by_id) for row in rows}
    return decided | {(Part.COUNTERSIGNED, row.pk, row.countersigned_by_id) for row in rows if row.countersigned_by_id}


@pytest.mark.parametrize("seed", range(8))
def test_no_history_ends_in_a_decision_by_somebody_involved(seed):
    wrong, _ = walked(seed)
    assert wrong == []


def test_control_without_the_guard_such_decisions_happen(monkeypatch):
    for module in ("deciding", "issuing", "assigning"):
        monkeypatch.setattr(f"portal.casework.actions.{module}.check_uninvolved", lambda **given: None, raising=False)
    assert assigning.check_uninvolved(name="", parts=(), taking=Part.DECIDED) is None
    found = [undone(seed) for seed in range(8)]
    assert any(wrong for wrong, _ in found)
    assert any(made for _, made in found)
