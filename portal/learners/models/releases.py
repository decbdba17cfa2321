"""Changes of the moments at which results come out: asked for by one person, decided by another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.learners.models.results import ResultRelease
from portal.web.tenancy import Holds


class ReleaseProposalStatus(models.TextChoices):
    OPEN = "open", "Waiting for a second person"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Sent back"


class ReleaseProposal(models.Model):
    """Other moments for a release, which a second person approves or sends back. One at a time for each release."""

    holds = Holds.SYSTEM

    release = models.ForeignKey(ResultRelease, on_delete=models.PROTECT, related_name="proposals")
    to_centres_at = models.DateTimeField("to centres")
    to_candidates_at = models.DateTimeField("to candidates")
    source = models.CharField(max_length=300)
    reason = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=ReleaseProposalStatus.choices, default=ReleaseProposalStatus.OPEN)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release"], condition=Q(status="open"), name="release_proposal_open_once"),
            models.CheckConstraint(
                condition=Q(status="open", decided_by=None, decided_at=None)
                | (~Q(status="open") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="release_proposal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="release_proposal_two_people"
            ),
        ]
        verbose_name = "change of a release"
        verbose_name_plural = "changes of releases"

    def __str__(self) -> str:
        return f"Other moments for {self.release}"
