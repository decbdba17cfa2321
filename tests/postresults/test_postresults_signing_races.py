"""Submit when signed: the answer's instant decides, it happens once, and a killed process leaves nothing half done."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection

from deadlines.models import Clock
from portal.casework.models import Case
from portal.consent.actions import answer, withdraw_for
from portal.consent.models import Consent
from portal.consent.rules import Purpose
from portal.fees.models import FeeLine
from postresults.actions import end_out_of_time, submit_requests, withdraw_request
from postresults.actions.signing import GRACE
from postresults.models import Request
from postresults.rules import states
from postresults.rules.asking import Line
from postresults.rules.services import Service
from tests.assurance.test_assurance_claim_races import both, together
from tests.factories.autumn import ASKED, Autumn
from tests.factories.consent import WALL

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 5
SECOND = timedelta(seconds=1)


class Waiting:
    """A request that waits for its learner, and the token of the learner's link."""

    def __init__(self, autumn: Autumn, candidate: str = "0012") -> None:
        self.autumn = autumn
        self.result = autumn.paper(candidate)
        self.asked = autumn.ask([self.result], purpose=Purpose.REVIEW, at=ASKED)
        self.request = autumn.request(autumn.ask_for(self.result, token=candidate))

    def answer(self, *, yes=True, at=ASKED):
        return answer(token=self.asked.token, yes=yes, typed_name="Amara Okafor", at=at, wall=WALL)

    @property
    def stands(self) -> tuple[str, bool, int, int]:
        """Its state, whether it is live, the charges owed, and the clocks that run."""
        row = Request.objects.select_related("case").get(pk=self.request.pk)
        owed = FeeLine.objects.owed().filter(group=row.group).count()
        return row.case.status, row.live, owed, Clock.objects.filter(case=row.case, stopped_at=None).count()


FILED = (states.RECEIVED, True, 1, 1)
WAITS = (states.WAITING, True, 0, 0)


@pytest.fixture
def autumn(transactional_db):
    return Autumn()


def test_many_answers_at_once_file_once(autumn):
    waiting = Waiting(autumn)

    def press(number):
        waiting.answer()
        return "answered"

    outcomes = together(press)
    assert outcomes.count("answered") == 1
    assert waiting.stands == FILED
    assert Clock.objects.count() == FeeLine.objects.count() == 1


def test_an_answer_in_time_is_in_time_however_late_the_sweep_and_the_process_are(autumn):
    for turn in range(ROUNDS):
        waiting = Waiting(autumn, f"{1000 + turn}")
        last = autumn.window()
        outcomes = both(lambda: waiting.answer(at=last), lambda: end_out_of_time(as_of=last + SECOND))  # noqa: B023
        assert outcomes == ["done", "done"]
        assert waiting.stands == FILED
        row = Request.objects.get(pk=waiting.request.pk)
        assert row.received_at == last


def test_control_a_sweep_without_grace_ends_what_was_answered_in_time(autumn, monkeypatch):
    monkeypatch.setattr("postresults.actions.signing.GRACE", timedelta(0))
    waiting = Waiting(autumn)
    last = autumn.window()
    end_out_of_time(as_of=last + SECOND)
    waiting.answer(at=last)
    assert waiting.stands[0] == states.LAPSED


def test_after_the_grace_what_waits_ends_and_an_answer_too_late_files_nothing(autumn):
    early, late = Waiting(autumn, "0012"), Waiting(autumn, "0013")
    last = autumn.window()
    late.answer(at=last + SECOND)
    assert late.stands == (states.LAPSED, False, 0, 0)
    assert end_out_of_time(as_of=last + GRACE) == 0
    assert end_out_of_time(as_of=last + GRACE + SECOND) == 1
    assert end_out_of_time(as_of=last + GRACE + SECOND) == 0
    assert early.stands == (states.LAPSED, False, 0, 0)


def test_sweeps_in_parallel_end_each_request_once(autumn):
    for turn in range(4):
        Waiting(autumn, f"{1000 + turn}")
    ended = together(lambda number: end_out_of_time(as_of=autumn.window() + GRACE + SECOND))
    assert sum(ended) == 4


def test_the_officer_withdraws_while_the_learner_agrees(autumn):
    for turn in range(ROUNDS):
        waiting = Waiting(autumn, f"{1000 + turn}")
        outcomes = both(
            waiting.answer,
            lambda: withdraw_request(request=waiting.request, by=autumn.officer, at=ASKED),  # noqa: B023
        )
        assert outcomes == ["done", "done"], outcomes
        assert waiting.stands == (states.WITHDRAWN, False, 0, 0)


def test_consent_is_withdrawn_while_a_request_is_sent_on_it(autumn):
    seen = set()
    for turn in range(ROUNDS):
        row = autumn.paper(f"{1000 + turn}")
        consent = autumn.agree(row)
        outcomes = both(
            lambda: submit_requests(
                centre=autumn.centre,
                series=autumn.series,
                lines=[Line(row.pk, Service.MARKING)],  # noqa: B023
                token=f"t{turn}",  # noqa: B023
                ceiling_pence=None,
                by=autumn.officer,
                at=ASKED,
            ),
            lambda: withdraw_for(consent=consent, reason="Said so.", by=autumn.officer, at=ASKED, wall=WALL),  # noqa: B023
        )
        consent.refresh_from_db()
        filed = Request.objects.filter(result=row).exists()
        assert sorted(outcomes) == ["done", "refused"], outcomes
        assert (consent.withdrawn_at is None) is filed
        seen.add(filed)
    assert seen


# --- a process that is killed ---

SCRIPT = """
import os, signal, sys
import django
django.setup()
from datetime import datetime
from portal.consent import watchers
from portal.consent.actions import answer
token, at, wall, way = sys.argv[1:]
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
if way == "before filing":
    watchers._WATCHERS.insert(0, die)
elif way == "after filing":
    watchers._WATCHERS.append(die)
else:
    watchers._WATCHERS.clear()
answer(token=token, yes=True, typed_name="A B", at=datetime.fromisoformat(at), wall=datetime.fromisoformat(wall))
die()
"""


def killed(waiting, way):
    database = connection.settings_dict
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**{**database, "PORT": database["PORT"] or 5432})
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    said = [waiting.asked.token, ASKED.isoformat(), WALL.isoformat(), way]
    done = subprocess.run([sys.executable, "-c", SCRIPT, *said], env=env, capture_output=True, timeout=120, check=False)
    assert done.returncode == -9, done.stderr.decode()[-2000:]


@pytest.mark.parametrize("way", ["before filing", "after filing"])
def test_a_process_killed_in_the_middle_leaves_the_question_open_and_the_request_waiting(autumn, way):
    waiting = Waiting(autumn)
    killed(waiting, way)
    assert Consent.objects.get(pk=waiting.asked.consent.pk).answer == ""
    assert waiting.stands == WAITS
    waiting.answer()
    assert waiting.stands == FILED
    assert Case.objects.count() == 1


def test_control_answering_and_filing_in_two_steps_would_leave_a_signed_request_unfiled(autumn):
    waiting = Waiting(autumn)
    killed(waiting, "two steps")
    assert Consent.objects.get(pk=waiting.asked.consent.pk).answer == "yes"
    assert waiting.stands == WAITS
