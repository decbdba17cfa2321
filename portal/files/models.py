"""Files that somebody gave to the portal, and what proves to a stranger that a document is ours."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.centres.models import Centre
from portal.web.tenancy import Holds, TenantQuerySet


class StoredFile(models.Model):
    """One file of a centre, encrypted in its row, so that it is kept, backed up and erased with what it belongs to.

    `digest` is the SHA-256 of the bytes as they came; it stays when the bytes are erased. `size` is in bytes.
    """

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="files")
    purpose = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sealed = models.BinaryField(null=True)
    stored_at = models.DateTimeField()
    stored_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None, sealed__isnull=False) | Q(erased_at__isnull=False, sealed=None),
                name="file_kept_or_erased",
            ),
        ]

    def __str__(self) -> str:
        return f"File {self.pk}"


class Verification(models.Model):
    """A code printed on a document. Whoever has it learns the document's kind, date and standing, and nothing else."""

    holds = Holds.SYSTEM

    code = models.CharField(max_length=24, unique=True)
    title = models.CharField(max_length=80)
    issued_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code
