"""The same claims through django-import-export: one resource, row by row or in bulk."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from import_export import resources
from tablib import Dataset

from claims.models import Claim, Readiness, Submission
from claims.rules.words import grade_words

_DUE_ON = date(2024, 7, 5)


class Claims(resources.ModelResource):
    """A claim for each row whose learner is ready and whose grade is ours. Everything else is an invalid row."""

    class Meta:
        model = Claim
        fields = ()
        import_id_fields = ()
        force_init_instance = True
        skip_diff = True
        use_transactions = False

    def __init__(self, submission: Submission) -> None:
        super().__init__()
        self.submission = submission

    def init_instance(self, row: Any = None) -> Claim:
        standing = self._standing(row)
        if standing.state != "ready":
            raise ValidationError("The learner is not ready.")
        if row["Grade"] and row["Grade"] != grade_words(standing.grade):
            raise ValidationError("The grade is another.")
        return Claim(
            submission=self.submission,
            centre_id=standing.centre_id,
            registration_id=standing.pk,
            series_id=standing.series_id,
            kind=standing.kind,
            grade=standing.grade,
            points=standing.points,
            claimed_grade=standing.grade,
            claimed_name=standing.learner_name,
            claimed_number=standing.candidate_number,
            due_on=_DUE_ON,
            late=False,
            status="submitted",
        )

    def _standing(self, row: Any) -> Readiness:
        centre, number = self.submission.centre_id, row["Registration number"]
        try:
            return Readiness.objects.get(centre=centre, registration__number=number)
        except Readiness.DoesNotExist:
            raise ValidationError("There is no such registration.") from None


class ClaimsInBulk(Claims):
    class Meta(Claims.Meta):
        use_bulk = True
        batch_size = 1000


def load(*, submission: Submission, text: str, bulk: bool) -> list[int]:
    """Read a CSV file into claims; the numbers of the rows that were refused, as a spreadsheet counts them."""
    resource = (ClaimsInBulk if bulk else Claims)(submission)
    result = resource.import_data(Dataset().load(text, format="csv"), raise_errors=False)
    for _, errors in result.row_errors():
        raise errors[0].error
    return [row.number + 1 for row in result.invalid_rows]
