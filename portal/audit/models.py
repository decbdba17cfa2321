"""What happened, in order, in a form that shows if anyone changes it afterwards."""

from django.db import models

from portal.web.tenancy import Holds


class Head(models.Model):
    """The end of one chain. Writers lock it, so a chain never forks."""

    holds = Holds.SYSTEM

    chain = models.CharField(max_length=12, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)


class Entry(models.Model):
    """One act. Holds codes, ids and hashes, never names or free text; no foreign keys, so nothing cascades."""

    holds = Holds.SYSTEM

    chain = models.CharField(max_length=12)
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_chain_seq_once")]
        indexes = [models.Index(fields=["subject", "subject_id", "id"], name="audit_by_subject")]
