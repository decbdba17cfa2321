"""A college after results day: learners with an issued result, whom an officer may ask for consent."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from portal.catalogue.models import Part, UnitKind
from portal.consent.actions import Asked, ask, load_wordings
from portal.consent.rules import Purpose, Way
from portal.learners.actions import load_results
from portal.learners.actions.results import ResultLine
from portal.learners.models import Learner, Result
from tests.factories.learners import College
from tests.factories.results import out

OUT = datetime(2024, 6, 20, 7, 0, tzinfo=UTC)
NOON = datetime(2024, 6, 28, 11, 0, tzinfo=UTC)
WALL = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
LATER = WALL + timedelta(days=8)
DATA = Path(__file__).resolve().parents[2] / "portal" / "consent" / "data" / "wordings.json"
# The smallest files that each kind is known by.
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def words() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(DATA.read_text())["wordings"]
    return rows


class Season(College):
    """`season.result()` is an issued result of a learner; `season.ask()` asks about it by email."""

    def __init__(self) -> None:
        super().__init__()
        load_wordings(rows=words(), at=OUT)

    def result(
        self, candidate: str = "0012", *, units: int = 1, issued_at: datetime = OUT, out_at: datetime = OUT
    ) -> list[Result]:
        """Results for the first external units of the learner's award, loaded and out to candidates at two instants."""
        row = self.register(candidate, number=f"AB{candidate}")
        external = Part.objects.filter(
            qualification=row.programme.qualification, unit__kind=UnitKind.EXTERNAL
        ).select_related("unit__scale")
        chosen = [part.unit for part in external.order_by("unit__code")[:units]]
        lines = [
            ResultLine(row.pk, unit.pk, "2024-06", unit.scale.grades.order_by("rank").last().code, issued_at)
            for unit in chosen
        ]
        out("2024-06", row.programme.qualification.level, at=out_at)
        load_results(centre=self.centre, lines=lines, by=None, at=issued_at)
        return list(
            Result.objects.filter(registration=row).select_related("registration", "unit", "series").order_by("pk")
        )

    def ask(self, papers: list[Result], **changed: Any) -> Asked:
        learner = Learner.objects.get(pk=papers[0].registration.learner_id)
        said: dict[str, Any] = {
            "learner": learner,
            "papers": papers,
            "purpose": Purpose.REVIEW,
            "way": Way.LINK,
            "contact_email": "amara@learner.example",
            "by": self.officer,
            "at": NOON,
            "wall": WALL,
        }
        return ask(**{**said, **changed})
