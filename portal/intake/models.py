"""An uploaded file, row by row, between being read and being committed."""

from django.conf import settings
from django.db import models

from portal.centres.models import Centre
from portal.web.tenancy import Holds, TenantQuerySet


class OfUpload(TenantQuerySet):
    centre_path = "upload__centre"


class UploadStatus(models.TextChoices):
    PREVIEW = "preview", "Waiting for you to commit"
    COMMITTED = "committed", "Committed"
    DISCARDED = "discarded", "Discarded"


class Upload(models.Model):
    """`kind` is the key of a sheet; `digest` the SHA-256 of the file as it came.

    `headings` holds the file's own headings (`names`) and the place of each known column (`columns`);
    `counts` the rows by outcome, as they were committed.
    """

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="uploads")
    kind = models.CharField(max_length=30)
    filename = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    headings = models.JSONField(default=dict)
    ignored = models.JSONField(default=list)
    status = models.CharField(max_length=12, choices=UploadStatus.choices, default=UploadStatus.PREVIEW)
    received_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    committed_at = models.DateTimeField(null=True, blank=True)
    good_rows_only = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)

    objects = TenantQuerySet.as_manager()


class Outcome(models.TextChoices):
    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    UNCHANGED = "unchanged", "Unchanged"
    REFUSED = "refused", "Refused"


class StagedRow(models.Model):
    """One row of the file. `cells` are its texts in the file's order, `faults` and `changes` those of its plan.

    `moved`: what the row would do changed between the preview and the commit, because somebody else changed data.
    """

    holds = Holds.TENANT

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    cells = models.JSONField()
    values = models.JSONField(default=dict)
    about = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    changes = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    moved = models.BooleanField(default=False)

    objects = OfUpload.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "line"], name="staged_line_once")]
        indexes = [models.Index(fields=["upload", "outcome", "line"], name="staged_by_outcome")]
