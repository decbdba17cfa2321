"""A college whose results are with the candidates and whose windows are open: what asks for reviews starts from here.

season = ReviewSeason(); papers = season.result(units=2); season.agrees(papers); season.asks(papers)
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from deadlines.models import KeyDate
from portal.consent.actions import answer, record_paper
from portal.consent.rules import Purpose
from portal.fees.actions import load_prices
from portal.learners.models import Learner, Result
from postresults.actions import submit_requests
from postresults.models import Request, Submission
from postresults.rules.asking import Line
from postresults.rules.services import Service
from tests.factories.consent import NOON, OUT, WALL, Season

PRICES = Path(__file__).resolve().parents[2] / "portal" / "fees" / "data" / "prices.json"
PRIORITY_BY = date(2024, 7, 5)
OTHERS_BY = date(2024, 7, 20)
SIGNED = datetime(2024, 6, 21, 9, 0, tzinfo=UTC)
# The last instant of each day, London time, and the first one after it.
LAST = datetime(2024, 7, 20, 22, 59, 59, 999999, tzinfo=UTC)
TOO_LATE = datetime(2024, 7, 20, 23, 0, tzinfo=UTC)


class ReviewSeason(Season):
    """`asks` submits a review of marking for each paper, `agrees` records the learner's consent on paper."""

    def __init__(self) -> None:
        super().__init__()
        load_prices(rows=json.loads(PRICES.read_text())["prices"], at=OUT)
        for key, on in {"romm.priority": PRIORITY_BY, "romm.others": OTHERS_BY, "ats.teaching": OTHERS_BY}.items():
            KeyDate.objects.create(
                key=key, series_id="2024-06", on=on, title=key, audience="", source="test", confidence="source"
            )

    def agrees(self, papers: list[Result], *, at: datetime = SIGNED, purpose: Purpose = Purpose.REVIEW) -> Any:
        learner = Learner.objects.get(pk=papers[0].registration.learner_id)
        signed = {"held_by": "The exams office", "signed_on": at.date()}
        return record_paper(learner=learner, papers=papers, purpose=purpose, by=self.officer, at=at, **signed)

    def answers(self, token: str, *, yes: bool, at: datetime = NOON) -> Any:
        return answer(token=token, yes=yes, typed_name="Amara Okafor", at=at, wall=WALL)

    def asks(
        self,
        papers: list[Result],
        *,
        service: Service = Service.MARKING,
        token: str = "once",
        ceiling_pence: int | None = None,
        at: datetime = NOON,
        **line: Any,
    ) -> Submission:
        return submit_requests(
            centre=self.centre,
            series=papers[0].series,
            lines=[Line(paper.pk, service, **line) for paper in papers],
            token=token,
            ceiling_pence=ceiling_pence,
            by=self.officer,
            at=at,
        )

    @staticmethod
    def states() -> list[str]:
        """The states of all requests, in the order in which they were asked."""
        return list(Request.objects.order_by("pk").values_list("case__status", flat=True))
