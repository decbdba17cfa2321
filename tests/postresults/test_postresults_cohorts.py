"""A review of moderation for a whole cohort, and a concern that asks for everybody affected in one act."""

from datetime import timedelta

import pytest
from django.test import Client

from deadlines.models import Clock
from portal.accounts.models import User
from portal.consent.models import Consent
from portal.errors import Refused
from portal.learners.models import Result
from postresults.actions import raise_concern, submit_moderation
from postresults.models import Concern, Request, Submission
from postresults.queries.moderation import moderated
from postresults.rules import states
from postresults.rules.asking import Line
from postresults.rules.services import Service
from tests.factories.autumn import ASKED, SERIES
from tests.factories.casework import member
from tests.factories.learners import College
from tests.factories.people import CentreFactory, MembershipFactory, signed_in
from tests.factories.results import out

MICROSECOND = timedelta(microseconds=1)
INTERNAL = "TA-HSC-1"


@pytest.fixture
def award(autumn):
    """Two learners of a Tech Award have their external component's result."""
    from portal.learners.actions import load_results
    from portal.learners.actions.results import ResultLine

    out(SERIES, "2", at=autumn.result("0099")[0].release.to_candidates_at)
    unit = College.unit("3", prefix="TA-HSC")
    grade = unit.scale.grades.order_by("rank").last().code
    rows = [autumn.register(number, "TA22-HSC", number=f"TA{number}") for number in ("0021", "0022")]
    lines = [ResultLine(row.pk, unit.pk, SERIES, grade, ASKED - timedelta(days=60)) for row in rows]
    load_results(centre=autumn.centre, lines=lines, by=None, at=ASKED - timedelta(days=60))
    return autumn


def moderate(autumn, *, token="m", at=ASKED, words="Marks fell for everybody.", unit=INTERNAL):
    return submit_moderation(
        centre=autumn.centre, series=autumn.series, unit=unit, words=words, token=token, by=autumn.officer, at=at
    )


def refusal(code, act, *args, **named):
    with pytest.raises(Refused) as refused:
        act(*args, **named)
    assert refused.value.code == code
    return refused.value.message


def test_a_cohort_is_asked_for_without_consent_in_35_days_with_its_reason(award):
    submission = moderate(award)
    request = award.request(submission)
    assert (request.registration_id, request.result_id, request.consent_id) == (None, None, None)
    assert request.case.status == states.RECEIVED
    assert Consent.objects.filter(centre=award.centre).count() == 0
    running = Clock.objects.get(case=request.case)
    assert (running.due_on - ASKED.date()).days == 35
    assert [(note.text, note.from_centre) for note in request.case.notes.all()] == [("Marks fell for everybody.", True)]


def test_one_at_a_time_and_the_same_page_counts_once(award):
    first = moderate(award)
    assert moderate(award).pk == first.pk
    assert Submission.objects.filter(centre=award.centre).count() == 1
    refusal("under_way", moderate, award, token="other")


def test_the_window_the_family_and_the_kind_decide(award):
    last = award.window()
    refusal("late", moderate, award, at=last + MICROSECOND)
    refusal("foreign", moderate, award, unit="TA-HSC-3")
    refusal("foreign", moderate, award, unit="N16-BUS-1")
    refusal("required", moderate, award, words=" ")
    assert moderate(award, at=last).received_at == last


def test_components_of_a_series_come_with_their_cohort(award):
    rows = moderated(results=Result.objects.filter(centre=award.centre), series=SERIES, at=ASKED)
    assert [(row.unit.code, row.candidates, row.offer.offered) for row in rows] == [
        ("TA-HSC-1", 2, True),
        ("TA-HSC-2", 2, True),
    ]


def test_pages_of_moderation_from_list_to_receipt(client, award, monkeypatch):
    monkeypatch.setattr("portal.clock.now", lambda: ASKED)
    base = f"/c/{award.centre.number}/results/moderation/"
    signed_in(client, award.officer)
    assert "Ask for it" in client.get(f"{base}?series={SERIES}").content.decode()
    page = client.get(f"{base}{SERIES}/{INTERNAL}/")
    assert "not lowered" in page.content.decode()
    token = page.context["form"]["token"].value()
    assert "Say what concerns you" in client.post(f"{base}{SERIES}/{INTERNAL}/", {"token": token}).content.decode()
    said = {"token": token, "words": "Marks fell.", "declaration": "on"}
    sent = client.post(f"{base}{SERIES}/{INTERNAL}/", said, follow=True)
    assert "Whole cohort" in sent.content.decode()
    signed_in(client, MembershipFactory(centre=CentreFactory(), role="officer").user)
    assert client.get(f"{base}{SERIES}/{INTERNAL}/").status_code == 404


# --- a concern ---


@pytest.fixture
def cohort(autumn):
    return [autumn.paper(candidate) for candidate in ("0012", "0013", "0014")]


def concern(autumn, rows, *, unit=None, token="c", words="Marks look low."):
    return raise_concern(
        centre=autumn.centre,
        series=autumn.series,
        unit=unit or rows[0].unit.code,
        lines=[Line(row.pk, Service.MARKING) for row in rows],
        words=words,
        token=token,
        ceiling_pence=100_000,
        by=autumn.officer,
        at=ASKED,
    )


def test_one_act_asks_for_every_candidate_and_hangs_them_on_the_concern(autumn, cohort):
    autumn.agree(cohort[0])
    submission = concern(autumn, cohort)
    found = Concern.objects.get(centre=autumn.centre)
    assert set(Request.objects.values_list("concern", flat=True)) == {found.pk}
    stands = Request.objects.order_by("pk").values_list("case__status", flat=True)
    assert list(stands) == [states.RECEIVED, states.WAITING, states.WAITING]
    assert concern(autumn, cohort).pk == submission.pk
    assert Concern.objects.count() == 1


def test_a_concern_is_about_one_component_and_says_what_it_is(autumn, cohort):
    refusal("component", concern, autumn, cohort, unit="N16-HSC-1")
    refusal("required", concern, autumn, cohort, words="")
    assert (Concern.objects.count(), Request.objects.count()) == (0, 0)


def test_from_the_component_to_the_receipt(client, autumn, cohort, monkeypatch):
    monkeypatch.setattr("portal.clock.now", lambda: ASKED)
    for row in cohort:
        autumn.agree(row)
    unit = cohort[0].unit.code
    signed_in(client, autumn.officer)
    page = client.get(f"/c/{autumn.centre.number}/results/components/{SERIES}/{unit}/concern/?chosen=all")
    picks = [str(row["pick"]) for row in page.context["rows"] if row["ticked"]]
    assert picks == [f"{row.pk}:service_2" for row in cohort]
    step = client.get(f"/c/{autumn.centre.number}/results/new/consent/", {"pick": picks, "concern": unit}, follow=True)
    assert "What concerns you about this cohort?" in step.content.decode()
    form = step.context["form"]
    said = {name: form[name].value() for name in ("token", "seen")} | {"declaration": "on", "words": "Low."}
    address = step.request["PATH_INFO"] + "?" + step.request["QUERY_STRING"]
    sent = client.post(address, said, follow=True)
    assert sent.status_code == 200
    assert Concern.objects.get().requests.count() == 3


def test_staff_see_the_cohort_as_one_picture(autumn, cohort, monkeypatch):
    monkeypatch.setattr("portal.clock.now", lambda: ASKED)
    for number, row in enumerate(cohort):
        Result.objects.filter(pk=row.pk).update(mark=30 + number)
        autumn.agree(row)
    concern(autumn, cohort)
    found = Concern.objects.get()
    client = signed_in(Client(), member())
    listed = client.get("/admin/postresults/concern/").content.decode()
    assert str(cohort[0].unit) in listed
    page = client.get(f"/admin/postresults/concern/{found.pk}/change/").content.decode()
    assert "0 of 3 changed." in page
    assert page.count("Review of marking (service 2)") == 3
    assert User.objects.get(pk=autumn.officer.pk).name in page
