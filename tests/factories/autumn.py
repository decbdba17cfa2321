"""A college in its season: results are out, the real key dates and prices hold, windows are open."""

from datetime import UTC, date, datetime
from typing import Any

from django.core.management import call_command

from portal.catalogue.models import Series
from portal.consent.actions import record_paper
from portal.consent.models import Consent
from portal.consent.rules import Purpose
from portal.learners.models import Result
from postresults.actions import keep_script, submit_requests
from postresults.models import Request, Script, Submission
from postresults.queries.standings import closing_instants
from postresults.rules.asking import Line
from postresults.rules.services import Service
from tests.factories.consent import PDF, Season

SERIES = "2024-06"
ASKED = datetime(2024, 8, 27, 9, 0, tzinfo=UTC)


class Autumn(Season):
    """`autumn.agree(result)` signs on paper; `autumn.ask_for(result, service)` submits one line."""

    def __init__(self) -> None:
        super().__init__()
        call_command("load_key_dates", verbosity=0)
        call_command("load_prices", verbosity=0)
        self.series = Series.objects.get(pk=SERIES)

    def paper(self, candidate: str = "0012") -> Result:
        """The result of one external component."""
        return self.result(candidate)[0]

    def agree(
        self, result: Result, purpose: Purpose = Purpose.REVIEW, *, at: datetime = ASKED, named: bool | None = None
    ) -> Consent:
        return record_paper(
            learner=result.registration.learner,
            papers=[result],
            purpose=purpose,
            held_by="Exams officer",
            signed_on=date(2024, 8, 23),
            by=self.officer,
            at=at,
            named=named,
        )

    def script(self, result: Result, *, anonymous: bool = False) -> Script:
        content = PDF + (b"%anonymous" if anonymous else b"%named") + str(result.pk).encode()
        return keep_script(result=result, content=content, anonymous=anonymous, by=self.officer, at=ASKED)

    def ask_for(
        self, *results: Result, service: Service = Service.MARKING, token: str = "t", at: datetime = ASKED, **more: Any
    ) -> Submission:
        lines = [Line(row.pk, service, place_depends=True if service is Service.PRIORITY else None) for row in results]
        said = {"ceiling_pence": 100_000, **more}
        return submit_requests(
            centre=self.centre, series=self.series, lines=lines, token=token, by=self.officer, at=at, **said
        )

    def request(self, submission: Submission) -> Request:
        return Request.objects.select_related("case").get(submission=submission)

    def window(self, key: str = "romm.others") -> datetime:
        return closing_instants(SERIES)[key]
