"""Staff's queue of reviews and the page of one: in clicks, screens and questions to the database."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.casework.actions import declare_interest
from portal.casework.models import Case, Decision
from portal.casework.rules import Part
from postresults.actions import begin, recommend
from postresults.models import OutcomeRelease
from postresults.rules import states
from tests.factories.people import signed_in
from tests.factories.reviews import FILED, WORKED, Reviews

pytestmark = pytest.mark.django_db
QUEUE = "admin:postresults_reviewcase_changelist"
KEEPING = ("SAVEPOINT", "RELEASE")


@pytest.fixture
def reviews():
    return Reviews()


def act(client, request, name, **fields):
    path = reverse("admin:postresults_reviewcase_act", args=[request.pk, name])
    return client.post(path, {"confirmed": "yes", **fields})


def stands(request):
    return Case.objects.get(pk=request.pk).status


def questions(client, path):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in asked.captured_queries if not query["sql"].startswith(KEEPING)]


def test_the_next_case_is_taken_in_one_click_and_two_screens(client, reviews):
    request = reviews.asked()
    signed_in(client, reviews.cas)
    queue = client.get(reverse(QUEUE)).content.decode()
    assert "Take the next case" in queue and request.case.reference in queue
    taken = client.post(reverse("admin:postresults_reviewcase_next"))
    assert taken.url == reverse("admin:postresults_reviewcase_change", args=[request.pk])
    assert Case.objects.get(pk=request.pk).owner == reviews.cas


def test_a_review_is_worked_from_end_to_end(client, reviews):
    request = reviews.asked(mark=49)
    signed_in(client, reviews.cas)
    assert act(client, request, "begin", reviewer=reviews.pat.pk).status_code == 302
    signed_in(client, reviews.pat)
    given = {"mark": 52, "reason": "scheme", "comment": "The second point counts."}
    assert act(client, request, "recommend", **given).status_code == 302
    own = act(client, request, "decide", reasons="As I found.")
    assert "Pat Reviewer reviewed this case" in own.content.decode()
    signed_in(client, reviews.dee)
    assert act(client, request, "decide", reasons="As found.").status_code == 302
    assert act(client, request, "issue").status_code == 302
    assert stands(request) == states.DECIDED


def test_the_form_greys_out_who_is_involved_and_says_why(client, reviews):
    request = reviews.asked()
    declare_interest(user=reviews.dee, part=Part.MARKED, unit=request.unit, by=reviews.cas, at=FILED)
    signed_in(client, reviews.cas)
    page = client.get(reverse("admin:postresults_reviewcase_act", args=[request.pk, "begin"])).content.decode()
    assert "Dee Decider marked this component." in page
    option = re.search(rf'<input[^>]*value="{reviews.dee.pk}"[^>]*>', page).group()
    assert "disabled" in option
    assert "disabled" not in re.search(rf'<input[^>]*value="{reviews.pat.pk}"[^>]*>', page).group()
    assert act(client, request, "begin", reviewer=reviews.dee.pk).status_code == 200
    assert stands(request) == states.RECEIVED


def test_the_page_of_a_case_asks_at_most_twelve_questions(client, reviews):
    request = reviews.asked()
    begin(request=request, reviewer=reviews.pat, by=reviews.cas, at=WORKED)
    recommend(request=request, mark=52, reason="scheme", comment="So.", by=reviews.pat, at=WORKED)
    signed_in(client, reviews.cas)
    path = reverse("admin:postresults_reviewcase_change", args=[request.pk])
    asked = questions(client, path)
    assert len(asked) <= 12, "\n".join(asked)


def test_the_queue_counts_nothing_and_its_pages_follow_one_another(client, reviews, monkeypatch):
    from postresults.admin.reviews import ReviewCaseAdmin

    monkeypatch.setattr(ReviewCaseAdmin, "list_per_page", 2)
    made = [reviews.asked(number) for number in ("0012", "0013", "0014", "0015", "0016")]
    Case.objects.filter(pk=made[0].pk).update(due_at=None)
    Case.objects.filter(pk=made[4].pk).update(due_at=FILED)
    signed_in(client, reviews.cas)
    assert not [sql for sql in questions(client, reverse(QUEUE)) if "COUNT(" in sql]
    seen, address = [], reverse(QUEUE)
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r">(R24-\d+)</a>", page)
        found = re.search(r'href="(\?[^"]*after=\d+[^"]*)">Next', page)
        address = reverse(QUEUE) + found.group(1).replace("&amp;", "&") if found else ""
    order = [made[4], made[1], made[2], made[3], made[0]]
    assert seen == [each.case.reference for each in order]


def test_outcomes_are_decided_and_set_to_go_out_together(client, reviews):
    requests = [reviews.asked(number, mark=49) for number in ("0012", "0013")]
    for request in requests:
        begin(request=request, reviewer=reviews.pat, by=reviews.cas, at=WORKED)
        recommend(request=request, mark=52, reason="scheme", comment="So.", by=reviews.pat, at=WORKED)
    signed_in(client, reviews.dee)
    picked = {"_selected_action": [request.pk for request in requests], "confirmed": "yes"}
    client.post(reverse(QUEUE), {**picked, "action": "decide", "reasons": "As found."})
    assert Decision.objects.count() == 2
    client.post(reverse(QUEUE), {**picked, "action": "release", "goes_out_at": "2099-08-01 08:00"})
    assert OutcomeRelease.objects.get().lines.count() == 2


def test_what_waits_for_others_is_not_in_the_queue_and_not_taken(client, reviews):
    request = reviews.asked()
    Case.objects.filter(pk=request.pk).update(status=states.DECIDED)
    signed_in(client, reviews.cas)
    assert request.case.reference not in client.get(reverse(QUEUE)).content.decode()
    assert request.case.reference in client.get(reverse(QUEUE) + "?whose=resting").content.decode()
    client.post(reverse("admin:postresults_reviewcase_next"))
    assert Case.objects.get(pk=request.pk).owner is None


def test_a_delay_is_told_from_the_page(client, reviews):
    from portal import clock

    request = reviews.asked()
    signed_in(client, reviews.cas)
    to_on = (clock.now() + timedelta(days=60)).strftime("%d/%m/%Y")
    assert act(client, request, "delay", to_on=to_on, reason="The examiner is ill.").status_code == 302
    assert request.case.clocks.get().extended_because == "The examiner is ill."
