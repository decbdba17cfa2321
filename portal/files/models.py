"""What proves to a stranger that a document is ours."""

from django.db import models

from portal.web.tenancy import Holds


class Verification(models.Model):
    """A code printed on a document. Whoever has it learns the document's kind, date and standing, and nothing else."""

    holds = Holds.SYSTEM

    code = models.CharField(max_length=24, unique=True)
    title = models.CharField(max_length=80)
    issued_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code
