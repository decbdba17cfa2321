from datetime import date, timedelta

import pytest

from portal.audit.models import Entry
from portal.consent import watchers
from portal.consent.actions import (
    answer,
    ask_again,
    dispose,
    freeze,
    load_wordings,
    record_paper,
    record_upload,
    set_retention,
    withdraw,
    withdraw_for,
)
from portal.consent.models import Consent, Wording
from portal.consent.queries import in_force, step_lines
from portal.consent.rules import Purpose, State, Way, retained_until
from portal.errors import Refused
from portal.files.models import StoredFile
from portal.files.queries import content_of
from portal.learners.models import Learner, ResultRelease
from portal.notices.models import Notice
from tests.factories.consent import LATER, NOON, OUT, PDF, WALL, words

pytestmark = pytest.mark.django_db


def yes(asked, **changed):
    said = {"token": asked.token, "yes": True, "typed_name": "Amara Okafor", "at": NOON, "wall": WALL}
    return answer(**{**said, **changed})


def standing(papers, *, at=NOON, purpose=Purpose.REVIEW):
    learner = papers[0].registration.learner_id
    return in_force(
        learner_ids=[learner],
        unit_ids=[paper.unit_id for paper in papers],
        series="2024-06",
        purpose=purpose,
        at=at,
    )


def refused(act, **said) -> str:
    with pytest.raises(Refused) as caught:
        act(**said)
    return caught.value.code


def learner_of(papers) -> Learner:
    return Learner.objects.get(pk=papers[0].registration.learner_id)


# --- asking ---


def test_asked_by_email_the_link_is_in_a_secret_mail_and_only_its_digest_is_kept(season, papers):
    asked = season.ask(papers)
    notice = Notice.objects.get(kind="consent.ask")
    assert (notice.address, notice.secret, notice.user) == ("amara@learner.example", True, None)
    assert f"/consent/{asked.token}/" in notice.text
    assert "Amara" not in notice.subject and "Okafor" not in notice.subject
    assert asked.token not in str(Consent.objects.values_list().get())
    assert asked.consent.wording_id == "review-1"
    assert [paper.grade for paper in asked.consent.papers.order_by("pk")] == [paper.grade for paper in papers]


def test_not_before_the_results_reach_the_candidates(season):
    moment = NOON + timedelta(microseconds=1)
    papers = season.result(out_at=moment)
    assert refused(season.ask, papers=papers) == "before_results"
    season.ask(papers, at=moment)


def test_results_that_are_loaded_but_not_out_are_neither_asked_about_nor_recorded(season):
    papers = season.result(issued_at=OUT, out_at=NOON + timedelta(days=1))
    signed = {"purpose": Purpose.REVIEW, "signed_on": NOON.date(), "by": season.officer}
    about = {"learner": learner_of(papers), "papers": papers}
    assert refused(record_paper, held_by="Helen Marsh", at=NOON, **signed, **about) == "before_results"
    assert refused(record_upload, name="form.pdf", content=PDF, at=NOON, **signed, **about) == "before_results"
    late = {"held_by": "Helen Marsh", "at": NOON + timedelta(days=2)}
    assert refused(record_paper, **late, **signed, **about) == "before_results"
    assert Consent.objects.count() == 0
    assert record_paper(**late, **{**signed, "signed_on": NOON.date() + timedelta(days=1)}, **about).answer == "yes"


def test_the_moment_is_read_as_stored_not_as_the_caller_holds_it(season, papers):
    papers[0].release.to_candidates_at = NOON - timedelta(days=1)
    ResultRelease.objects.update(to_candidates_at=NOON + timedelta(days=1))
    assert refused(season.ask, papers=papers) == "before_results"


def test_not_about_somebody_elses_paper_nor_about_nothing(season, papers):
    other = season.learner("0013", "Lowe", "Daniel")
    assert refused(season.ask, papers=papers, learner=other) == "papers"
    assert refused(season.ask, papers=papers, learner=other, contact_email="") == "address"
    said = {"purpose": Purpose.REVIEW, "held_by": "Helen Marsh", "signed_on": NOON.date()}
    nothing = {"learner": other, "papers": [], "by": season.officer, "at": NOON}
    assert refused(record_paper, **said, **nothing) == "papers"


def test_asking_again_ends_the_older_link(season, papers):
    first = season.ask(papers)
    second = ask_again(consent=first.consent, by=season.officer, at=NOON, wall=WALL)
    first.consent.refresh_from_db()
    assert first.consent.state(wall=WALL) is State.SUPERSEDED
    assert refused(yes, asked=first) == "superseded"
    assert yes(second).answer == "yes"
    assert refused(ask_again, consent=second.consent, by=season.officer, at=NOON, wall=WALL) == "yes"


def test_a_question_about_another_purpose_stays_open(season, papers):
    first = season.ask(papers)
    season.ask(papers, purpose=Purpose.TEACHING)
    first.consent.refresh_from_db()
    assert first.consent.state(wall=WALL) is State.OPEN


# --- answering ---


def test_a_yes_stands_for_each_paper_and_covers_a_later_appeal(season, papers):
    asked = season.ask(papers)
    assert standing(papers) == {}
    consent = yes(asked)
    keys = {(papers[0].registration.learner_id, paper.unit_id) for paper in papers}
    assert set(standing(papers)) == set(standing(papers, purpose=Purpose.APPEAL)) == keys
    assert standing(papers, purpose=Purpose.SCRIPTS) == standing(papers, at=NOON - timedelta(seconds=1)) == {}
    copy = Notice.objects.get(kind="consent.copy")
    assert (copy.address, copy.secret) == ("amara@learner.example", True)
    assert consent.typed_name == "Amara Okafor"


def test_a_no_stands_for_nothing_and_watchers_are_told_of_it_too(season, papers, monkeypatch):
    told = []
    monkeypatch.setattr(watchers, "_WATCHERS", [lambda ids, at: told.append((list(ids), at))])
    consent = yes(season.ask(papers), yes=False)
    assert (standing(papers), told) == ({}, [([consent.pk], NOON)])


def test_watchers_run_in_the_transaction_of_the_answer(season, papers, monkeypatch):
    def broken(ids, at):
        raise RuntimeError("no")

    asked = season.ask(papers)
    monkeypatch.setattr(watchers, "_WATCHERS", [broken])
    with pytest.raises(RuntimeError):
        yes(asked)
    asked.consent.refresh_from_db()
    assert (asked.consent.answer, Notice.objects.filter(kind="consent.copy").count()) == ("", 0)
    told = []
    monkeypatch.setattr(watchers, "_WATCHERS", [lambda ids, at: told.append((list(ids), at))])
    yes(asked)
    assert told == [([asked.consent.pk], NOON)]


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"wall": LATER}, "expired"), ({"token": "made-up"}, "unknown"), ({"typed_name": "  "}, "name")],
)
def test_what_is_not_an_answer(season, papers, changed, code):
    asked = season.ask(papers)
    assert refused(yes, asked=asked, **changed) == code
    asked.consent.refresh_from_db()
    assert asked.consent.answer == ""


def test_answered_once(season, papers):
    asked = season.ask(papers)
    yes(asked)
    assert refused(yes, asked=asked, yes=False) == "yes"


def test_for_teaching_the_learner_chooses_about_their_name(season, papers):
    asked = season.ask(papers, purpose=Purpose.TEACHING)
    assert refused(yes, asked=asked) == "named"
    assert yes(asked, named=False).named is False


# --- changing one's mind ---


def test_withdrawn_until_a_request_is_sent(season, papers):
    asked = season.ask(papers)
    yes(asked)
    withdraw(token=asked.token, at=NOON, wall=WALL)
    assert standing(papers) == {}
    assert refused(freeze, consents=[asked.consent.pk], by=season.officer, at=NOON) == "consent"
    second = season.ask(papers)
    yes(second)
    freeze(consents=[second.consent.pk], by=season.officer, at=NOON)
    assert refused(withdraw, token=second.token, at=NOON, wall=WALL) == "used"
    assert len(standing(papers)) == 2


def test_the_centre_withdraws_with_a_reason(season, papers):
    asked = season.ask(papers)
    said = {"consent": asked.consent, "by": season.officer, "at": NOON, "wall": WALL}
    assert refused(withdraw_for, reason=" ", **said) == "reason"
    withdraw_for(reason="Told me in person.", **said)
    assert refused(yes, asked=asked) == "withdrawn"
    assert refused(withdraw_for, reason="Again.", **said) == "withdrawn"


def test_the_step_of_a_request_says_how_each_learner_stands(season, papers):
    amara, units = learner_of(papers), [paper.unit_id for paper in papers]
    other = season.result("0014")
    daniel, his = learner_of(other), [other[0].unit_id]

    def step() -> list[tuple[str, bool]]:
        said = {"series": "2024-06", "purpose": Purpose.REVIEW, "at": NOON, "wall": WALL}
        lines = step_lines(wanted=[(amara, units), (daniel, his)], **said)
        return [(line.standing.label, line.signed) for line in lines]

    assert step() == [("Not asked", False), ("Not asked", False)]
    yes(season.ask(papers[:1]))
    assert step() == [("Not asked", False), ("Not asked", False)]
    season.ask(papers[1:])
    yes(season.ask(other))
    assert step() == [("Waiting", False), ("Signed", True)]


# --- on paper ---


def test_paper_held_and_upload_count_at_once(season, papers):
    said = {"learner": learner_of(papers), "papers": papers, "purpose": Purpose.REVIEW, "by": season.officer}
    record_paper(held_by="Helen Marsh", signed_on=date(2024, 6, 27), at=NOON, **said)
    assert {row.way for row in standing(papers).values()} == {Way.PAPER.value}
    record_upload(name="form.pdf", content=PDF, signed_on=date(2024, 6, 27), at=NOON, **said)
    newest = next(iter(standing(papers).values()))
    assert (newest.way, newest.file.content_type, content_of(newest.file)) == ("upload", "application/pdf", PDF)
    assert PDF not in bytes(StoredFile.objects.get().sealed)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"signed_on": date(2024, 6, 19)}, "before_results"),
        ({"signed_on": date(2024, 6, 29)}, "signed_on"),
        ({"held_by": ""}, "held_by"),
        ({"purpose": Purpose.TEACHING}, "named"),
    ],
)
def test_what_is_not_consent_on_paper(season, papers, changed, code):
    said = {
        "learner": learner_of(papers),
        "papers": papers,
        "purpose": Purpose.REVIEW,
        "held_by": "Helen Marsh",
        "signed_on": date(2024, 6, 20),
        "by": season.officer,
        "at": NOON,
    }
    assert refused(record_paper, **{**said, **changed}) == code
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"just words", "kind"), (b"<svg onload='x'/>", "kind"), (PDF + b" " * 5 * 2**20, "too_large")],
)
def test_an_upload_is_told_by_its_bytes(season, papers, content, code):
    said = {"learner": learner_of(papers), "papers": papers, "purpose": Purpose.REVIEW, "by": season.officer}
    assert refused(record_upload, name="f.pdf", content=content, signed_on=date(2024, 6, 27), at=NOON, **said) == code
    assert not StoredFile.objects.exists()


# --- at the end ---


def test_kept_while_a_request_is_open_then_six_months_and_disposed_of_whole(season, papers):
    asked = season.ask(papers)
    yes(asked)
    said = {"learner": learner_of(papers), "papers": papers, "purpose": Purpose.SCRIPTS, "by": season.officer}
    record_upload(name="Amara.pdf", content=PDF, signed_on=date(2024, 6, 27), at=NOON, **said)
    ids = list(Consent.objects.values_list("pk", flat=True))
    freeze(consents=ids, by=season.officer, at=NOON)
    assert dispose(as_of=NOON + timedelta(days=4000)) == 0
    assert set_retention(consents=ids, last_outcome_on=date(2024, 8, 15)) == 2
    assert set_retention(consents=ids, last_outcome_on=date(2024, 7, 1)) == 0
    last = OUT.replace(year=2025, month=2, day=15, hour=23, minute=59)
    entries = Entry.objects.count()
    assert dispose(as_of=last) == 0
    assert dispose(as_of=last + timedelta(minutes=1)) == 2
    assert dispose(as_of=last + timedelta(days=1)) == 0
    for row in Consent.objects.all():
        assert (row.typed_name, row.contact_email, row.digest, row.held_by, row.file) == ("", "", "", "", None)
    file = StoredFile.objects.get()
    assert (file.sealed, file.name) == (None, "")
    assert set(Notice.objects.filter(kind__startswith="consent").values_list("address", "text", "html")) == {
        ("", "", "")
    }
    assert Entry.objects.count() == entries + 1


def test_an_unanswered_question_is_disposed_of_too(season, papers):
    asked = season.ask(papers)
    until = retained_until(NOON.date())
    assert asked.consent.retain_until == until
    assert dispose(as_of=NOON.replace(year=until.year, month=until.month, day=until.day) + timedelta(days=1)) == 1


def test_wordings_are_added_never_changed(season):
    count = Wording.objects.count()
    assert load_wordings(rows=words(), at=NOON) == 0
    changed = [{**row, "content": {**row["content"], "title": "Other"}} for row in words()]
    with pytest.raises(Refused):
        load_wordings(rows=changed, at=NOON)
    assert Wording.objects.count() == count == 4
