"""A review that was asked for, with marks, boundaries and the people who may and may not work on it."""

from datetime import timedelta

from portal.casework.actions import Opening, open_many
from portal.catalogue.models import Grade
from portal.learners.actions.papers import PaperLine, load_papers
from portal.learners.models import AwardResult, Result
from postresults.actions.filing import file_requests
from postresults.kinds import REVIEW
from postresults.models import Request, Submission
from postresults.rules import states
from postresults.rules.services import Service
from tests.factories.casework import member
from tests.factories.consent import OUT, Season

FILED = OUT + timedelta(days=5)
WORKED = FILED + timedelta(days=3)
BOUNDS = (30, 40, 50, 60, 70, 80)


class Reviews(Season):
    """`reviews.asked("0012")` is a filed review of a marked result; `pat` reviews, `dee` decides, `cas` looks on."""

    def __init__(self) -> None:
        super().__init__()
        self.pat, self.dee, self.cas = (member(name) for name in ("Pat Reviewer", "Dee Decider", "Cas Colleague"))

    def asked(
        self, candidate: str = "0012", *, mark: int = 49, overall: str = "", service: Service = Service.MARKING
    ) -> Request:
        """A request with us. With `overall`, the award has that overall grade in the series."""
        (result,) = self.result(candidate)
        grades = list(Grade.objects.filter(scale=result.unit.scale_id).order_by("rank").values_list("code", flat=True))
        bounds = dict(zip(grades[1:], BOUNDS, strict=False))
        load_papers(lines=[PaperLine(result.unit_id, "2024-06", 90, None, bounds)], by=None, at=OUT)
        reached = [grade for grade, lowest in bounds.items() if mark >= lowest]
        Result.objects.filter(pk=result.pk).update(mark=mark, grade=reached[-1] if reached else grades[0])
        result.refresh_from_db()
        if overall:
            AwardResult.objects.create(
                centre=self.centre,
                registration=result.registration,
                series_id="2024-06",
                release=result.release,
                grade=overall,
                issued_at=OUT,
            )
        return self._filed(result, service)

    def _filed(self, result: Result, service: Service) -> Request:
        number = Submission.objects.count() + 1
        submission = Submission.objects.create(
            reference=f"PRS-2406-{number:05d}",
            centre=self.centre,
            series_id="2024-06",
            by=self.officer,
            received_at=FILED,
            token=f"token-{number}",
        )
        opening = Opening(self.centre, result.registration.learner, result.unit, result.series)
        (case,) = open_many(kind=REVIEW.key, openings=[opening], by=self.officer, at=FILED, status=states.WAITING)
        request = Request.objects.create(
            case=case,
            centre=self.centre,
            submission=submission,
            registration=result.registration,
            result=result,
            unit=result.unit,
            series=result.series,
            service=service.value,
            group=f"{submission.reference}/{result.registration.learner.candidate_number}",
        )
        file_requests(requests=[request], by=self.officer, at=FILED)
        return self.fresh(request)

    @staticmethod
    def fresh(request: Request) -> Request:
        return Request.objects.select_related("case__centre", "result", "unit", "centre").get(pk=request.pk)
