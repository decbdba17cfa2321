"""Answer, withdrawal and request take turns. The control looks first and writes later, and lets both through."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from portal.consent.actions import answer, freeze, withdraw
from portal.consent.models import Consent
from portal.errors import Refused
from tests.factories.consent import NOON, WALL, Season

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 6


def together(*acts: Callable[[], Any]) -> list[str]:
    """Run at once; what came of each: "done" or the code of its refusal."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> str:
        try:
            barrier.wait(timeout=10)
            act()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def yes(token: str, *, said: bool = True) -> Any:
    return answer(token=token, yes=said, typed_name="Amara Okafor", at=NOON, wall=WALL)


def test_withdrawn_or_sent_never_both() -> None:
    season = Season()
    papers = season.result()
    for _ in range(ROUNDS):
        asked = season.ask(papers)
        yes(asked.token)
        came_of = together(
            lambda token=asked.token: withdraw(token=token, at=NOON, wall=WALL),
            lambda pk=asked.consent.pk: freeze(consents=[pk], by=season.officer, at=NOON),
        )
        row = Consent.objects.get(pk=asked.consent.pk)
        assert (row.withdrawn_at is None) != (row.used_at is None)
        assert came_of in (["done", "consent"], ["used", "done"])


def test_two_answers_at_once_are_one() -> None:
    season = Season()
    asked = season.ask(season.result())
    came_of = together(lambda: yes(asked.token), lambda: yes(asked.token, said=False))
    assert came_of.count("done") == 1
    said = Consent.objects.get().answer
    assert sorted(came_of) == sorted(["done", said])


def test_two_officers_asking_at_once_leave_one_question_open() -> None:
    season = Season()
    papers = season.result()
    assert together(*[lambda: season.ask(papers)] * 3) == ["done"] * 3
    assert Consent.objects.open().count() == 1


def test_control_looking_before_writing_answers_twice() -> None:
    season = Season()
    asked = season.ask(season.result())
    looked, written = Barrier(2), []

    def careless(said: str) -> None:
        row = Consent.objects.get(pk=asked.consent.pk)
        looked.wait(timeout=10)
        if not row.answer:
            row.answer, row.answered_at = said, NOON
            row.save()
            written.append(said)

    together(lambda: careless("yes"), lambda: careless("no"))
    assert sorted(written) == ["no", "yes"]
