"""One file committed by several at once is committed once; files that meet do not overwrite one another unseen."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from portal.audit.models import Entry
from portal.errors import Refused
from portal.intake.actions import commit_upload, receive
from portal.intake.models import Upload, UploadStatus
from portal.learners.models import Learner
from tests.factories.learners import AT, College

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WRITERS = 6


def together(act):
    """Run `act(number)` in several threads at the same moment; refusals come back as their code."""
    barrier = Barrier(WRITERS)

    def one(number):
        try:
            barrier.wait(timeout=10)
            return act(number)
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(one, range(WRITERS)))


@pytest.fixture
def college():
    return College()


def look(college, given):
    content = f"Candidate number,Family name,Given name\n0012,Okafor,{given}\n".encode()
    return receive(centre=college.centre, kind="learners", filename="x", content=content, by=college.officer, at=AT)


def commit(college, upload):
    done = commit_upload(upload=upload, good_rows_only=False, by=college.officer, at=AT)
    return "moved" if done.moved else "done"


def test_one_file_is_committed_once(college):
    upload = look(college, "Amara")
    assert sorted(together(lambda _: commit(college, upload))) == [*["committed"] * (WRITERS - 1), "done"]
    assert Entry.objects.filter(verb="intake.committed").count() == 1


def test_control_who_only_looks_commits_every_time(college):
    upload = look(college, "Amara")
    looked = Barrier(WRITERS)

    def careless(_):
        waiting = Upload.objects.get(pk=upload.pk).status == UploadStatus.PREVIEW
        looked.wait(timeout=10)
        return "done" if waiting else "committed"

    assert together(careless) == ["done"] * WRITERS


def test_files_about_one_learner_do_not_overwrite_one_another_unseen(college):
    uploads = [look(college, f"Amara {number}") for number in range(WRITERS)]
    outcomes = together(lambda number: commit(college, uploads[number]))
    assert sorted(outcomes) == ["done", *["moved"] * (WRITERS - 1)]
    assert Learner.objects.get().given_name == f"Amara {outcomes.index('done')}"
    assert Learner.objects.get().version == 1
