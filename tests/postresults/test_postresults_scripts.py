"""Scripts: only with consent, inside the window, every download audited, no name where none was allowed."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from deadlines.models import Clock
from portal.audit.models import Entry
from portal.casework.models import Document
from portal.catalogue.models import Qualification
from portal.consent.models import Consent
from portal.consent.rules import Purpose
from portal.demo.rules import paper
from portal.errors import Refused
from portal.fees.models import FeeLine
from portal.files.queries import content_of
from portal.files.rules import pdf
from portal.learners.models import Result
from portal.notices.models import Notice
from postresults.actions import deliver, take_document, take_script, take_scripts
from postresults.models import Script
from postresults.queries.standings import RELATED
from postresults.rules import states
from postresults.rules.scripts import Use
from postresults.rules.services import T_LEVEL, Service
from postresults.rules.zipping import zipped
from tests.factories.autumn import ASKED
from tests.factories.casework import member
from tests.factories.consent import PDF
from tests.factories.people import CentreFactory, MembershipFactory, signed_in

MICROSECOND = timedelta(microseconds=1)


def take(autumn, result, use=Use.REVIEW, at=ASKED):
    return take_script(result=result, use=use, by=autumn.officer, at=at)


def refusal(autumn, result, use=Use.REVIEW, at=ASKED):
    with pytest.raises(Refused) as refused:
        take(autumn, result, use, at)
    return refused.value.message


@pytest.fixture
def result(autumn):
    row = autumn.paper()
    autumn.script(row)
    autumn.script(row, anonymous=True)
    return row


def test_without_consent_nothing_is_handed_out_and_nothing_is_noted(autumn, result):
    autumn.agree(result, Purpose.REVIEW)
    assert refusal(autumn, result) == "The learner has not agreed that the centre sees the script."
    assert refusal(autumn, result, Use.TEACHING) == "The learner has not agreed that the script is used in lessons."
    assert Entry.objects.filter(verb="postresults.script_taken").count() == 0


@pytest.mark.parametrize(("agreed", "other"), [(Purpose.SCRIPTS, Use.TEACHING), (Purpose.TEACHING, Use.REVIEW)])
def test_one_agreement_does_not_cover_the_other_use(autumn, result, agreed, other):
    autumn.agree(result, agreed, named=False if agreed is Purpose.TEACHING else None)
    assert "has not agreed" in refusal(autumn, result, other)


@pytest.mark.parametrize(
    ("purpose", "named", "use", "anonymous"),
    [
        (Purpose.SCRIPTS, None, Use.REVIEW, False),
        (Purpose.TEACHING, True, Use.TEACHING, False),
        (Purpose.TEACHING, False, Use.TEACHING, True),
    ],
)
def test_the_copy_fits_what_the_learner_chose_and_is_audited(autumn, result, purpose, named, use, anonymous):
    autumn.agree(result, purpose, named=named)
    taken = take(autumn, result, use)
    assert taken.script.anonymous is anonymous
    assert content_of(taken.script.file).endswith((b"%anonymous" if anonymous else b"%named") + str(result.pk).encode())
    assert ("0012" in taken.name) is not anonymous
    entry = Entry.objects.get(verb="postresults.script_taken")
    assert (entry.subject_id, entry.actor_id, entry.data) == (
        str(taken.script.pk),
        autumn.officer.pk,
        {"use": use.value},
    )


def test_a_copy_without_name_never_stands_in_for_a_missing_one(autumn):
    row = autumn.paper()
    autumn.script(row)
    autumn.agree(row, Purpose.TEACHING, named=False)
    assert refusal(autumn, row, Use.TEACHING).startswith("The script has not reached us")


def test_the_window_ends_with_the_last_microsecond_and_opens_with_the_results(autumn, result):
    autumn.agree(result, Purpose.SCRIPTS)
    last = autumn.window("ats.teaching")
    assert take(autumn, result, at=last).script.result_id == result.pk
    assert refusal(autumn, result, at=last + MICROSECOND).startswith("The last moment to ask was")


def test_a_withdrawn_consent_closes_the_door_again(autumn, result):
    consent = autumn.agree(result, Purpose.SCRIPTS)
    take(autumn, result)
    Consent.objects.filter(pk=consent.pk).update(withdrawn_at=ASKED, withdrawn_by=autumn.officer)
    assert "has not agreed" in refusal(autumn, result)


def test_a_consent_that_a_download_rests_on_is_kept_six_months_after_it(autumn, result):
    consent = autumn.agree(result, Purpose.SCRIPTS)
    take(autumn, result, at=autumn.window("ats.teaching"))
    consent.refresh_from_db()
    assert consent.retain_until.isoformat() == "2025-03-26"


def test_t_levels_never(autumn, result):
    Qualification.objects.filter(code="NAT-BUS-EC").update(family=T_LEVEL)
    autumn.agree(result, Purpose.SCRIPTS)
    assert refusal(autumn, result).startswith("T Levels have a route of their own.")


def test_scripts_lie_encrypted(autumn, result):
    sealed = [bytes(row.file.sealed) for row in Script.objects.select_related("file")]
    assert len(sealed) == 2
    assert not [box for box in sealed if b"PDF" in box or b"named" in box]


@pytest.fixture
def component(autumn):
    """Four candidates of one component: two agreed by name, one without, one not at all."""
    rows = [autumn.paper(candidate) for candidate in ("0012", "0013", "0014", "0015")]
    for row in rows:
        autumn.script(row)
        autumn.script(row, anonymous=True)
    for row, named in zip(rows, (True, False, False), strict=False):
        autumn.agree(row, Purpose.TEACHING, named=named)
    return rows


def test_a_component_comes_with_those_who_agreed_only(autumn, component):
    taken = take_scripts(results=component, use=Use.TEACHING, by=autumn.officer, at=ASKED)
    unit = component[0].unit.code
    assert [one.name for one in taken] == [
        f"{unit}-2024-06-0012.pdf",
        f"{unit}-2024-06-script-01.pdf",
        f"{unit}-2024-06-script-02.pdf",
    ]
    assert [one.script.anonymous for one in taken] == [False, True, True]
    assert Entry.objects.filter(verb="postresults.script_taken").count() == 3
    with pytest.raises(Refused):
        take_scripts(results=component, use=Use.REVIEW, by=autumn.officer, at=ASKED)


def test_the_zip_is_sent_in_pieces_and_opens(client, autumn, component, monkeypatch):
    monkeypatch.setattr("portal.clock.now", lambda: ASKED)
    signed_in(client, autumn.officer)
    unit = component[0].unit.code
    response = client.get(f"/c/{autumn.centre.number}/results/scripts/2024-06/{unit}/teaching.zip")
    assert response.streaming
    archive = ZipFile(BytesIO(b"".join(response.streaming_content)))
    assert archive.testzip() is None
    assert len(archive.namelist()) == 3
    assert {archive.read(name)[: len(PDF)] for name in archive.namelist()} == {PDF}
    assert "Okafor" not in str(response.headers) + str(archive.namelist())


def test_pieces_are_sent_before_the_last_script_is_read():
    read = []

    def files():
        for name in ("a", "b", "c"):
            read.append(name)
            yield name, b"x" * 10

    pieces = zipped(files())
    assert next(pieces)
    assert read == ["a"]


def test_pages_and_files_for_three_people(client, autumn, result, monkeypatch):
    monkeypatch.setattr("portal.clock.now", lambda: ASKED)
    autumn.agree(result, Purpose.SCRIPTS)
    base = f"/c/{autumn.centre.number}/results/scripts/"
    page = f"{base}2024-06/{result.unit.code}/"
    file = f"{page}{result.registration.number}/review.pdf"
    stranger = MembershipFactory(centre=CentreFactory(), role="officer").user
    seen = {}
    for name, user in (("officer", autumn.officer), ("reader", autumn.member("reader")), ("stranger", stranger)):
        signed_in(client, user)
        seen[name] = [client.get(path).status_code for path in (base, page, file)]
    assert seen == {"officer": [200, 200, 200], "reader": [200, 200, 403], "stranger": [404, 404, 404]}


def test_demonstration_copies_without_name_are_the_same_whoever_wrote_them():
    about = {"mark": 31, "highest": 60, "title": "Unit 2", "series": "May 2024", "centre": ("College", "12345")}
    made = [pdf.render(template="script", data=paper(**about, candidate=None)) for _ in range(2)]
    named = [
        pdf.render(template="script", data=paper(**about, candidate=one)) for one in (("A B", "0001"), ("C D", "0002"))
    ]
    assert made[0] == made[1]
    assert named[0] != named[1], "control: a name shows in the bytes"


def test_a_released_original_closes_the_door_to_a_later_review(autumn):
    row = autumn.paper()
    autumn.agree(row, Purpose.SCRIPTS)
    autumn.agree(row, Purpose.REVIEW)
    autumn.ask_for(row, service=Service.ORIGINAL, token="original")
    with pytest.raises(Refused) as refused:
        autumn.ask_for(row, service=Service.MARKING, token="review")
    assert refused.value.code == "original_released"
    assert Result.objects.select_related(*RELATED).filter(requests__service=Service.ORIGINAL.value).count() == 1


def delivered(autumn, service, words="Question 3: the second mark is for the formula.\n\nQuestion 4: as marked."):
    row = autumn.paper()
    autumn.agree(row, Purpose.SCRIPTS)
    request = autumn.request(autumn.ask_for(row, service=service))
    return deliver(request=request, words=words, by=member(), at=ASKED + timedelta(days=2))


def test_comments_cost_three_pounds_take_five_days_and_come_as_a_letter_that_ends(autumn):
    request = delivered(autumn, Service.COMMENTS)
    assert [line.pence for line in FeeLine.objects.filter(centre=autumn.centre)] == [300]
    running = Clock.objects.get(case=request.case)
    assert ((running.due_on - ASKED.date()).days, running.stopped_at) == (5, ASKED + timedelta(days=2))
    letter = Document.objects.get(case=request.case)
    assert (letter.title, letter.centre_sees) == ("Marking comments", True)
    last = letter.expires_at - MICROSECOND
    assert take_document(case=request.case, document=letter, by=autumn.officer, at=last).startswith(b"%PDF")
    with pytest.raises(Refused):
        take_document(case=request.case, document=letter, by=autumn.officer, at=letter.expires_at)
    request.case.refresh_from_db()
    assert (request.case.status, request.live) == (states.DECIDED, False)
    assert Notice.objects.filter(centre=autumn.centre, kind="decision").count() == 1


def test_what_was_sent_is_not_sent_twice_and_a_review_not_in_this_way(autumn):
    request = delivered(autumn, Service.ORIGINAL)
    with pytest.raises(Refused) as refused:
        deliver(request=request, words="Again.", by=member(), at=ASKED + timedelta(days=3))
    assert refused.value.code == "moved"
    other = autumn.paper("0013")
    autumn.agree(other)
    review = autumn.request(autumn.ask_for(other, token="review"))
    with pytest.raises(Refused) as refused:
        deliver(request=review, words="No.", by=member(), at=ASKED)
    assert refused.value.code == "service"


def test_after_the_original_came_no_review_is_possible(autumn):
    request = delivered(autumn, Service.ORIGINAL)
    autumn.agree(request.result, Purpose.REVIEW)
    with pytest.raises(Refused) as refused:
        autumn.ask_for(request.result, token="later")
    assert refused.value.code == "original_released"


def test_a_document_is_for_the_centre_that_asked(client, autumn, monkeypatch):
    request = delivered(autumn, Service.COMMENTS)
    monkeypatch.setattr("portal.clock.now", lambda: ASKED + timedelta(days=3))
    letter = Document.objects.get(case=request.case)
    path = f"/c/{autumn.centre.number}/results/requests/{request.case.reference}/documents/{letter.pk}/"
    signed_in(client, autumn.officer)
    assert client.get(path).content.startswith(b"%PDF")
    signed_in(client, MembershipFactory(centre=CentreFactory(), role="officer").user)
    assert client.get(path).status_code == 404
