"""What learners agreed to, to which words, and how that is known."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.catalogue.models import Series, Unit
from portal.centres.models import Centre
from portal.consent.rules import Answer, Purpose, State, Way, state
from portal.files.models import StoredFile
from portal.learners.models import Learner
from portal.web.tenancy import Holds, TenantQuerySet


class Wording(models.Model):
    """The words that are put to a learner. Dated and superseded, never edited: consents point at what was read.

    `content` holds title, intro, ways (what can become of the grade), after, and the two answers with their hints.
    """

    holds = Holds.REFERENCE

    version = models.CharField(max_length=20, primary_key=True)
    purpose = models.CharField(max_length=10, choices=[(p.value, p.label) for p in Purpose])
    content = models.JSONField()
    in_force_from = models.DateField()
    source = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "in_force_from"], name="wording_once_a_day")]

    def __str__(self) -> str:
        return self.version


class ConsentQuerySet(TenantQuerySet):
    def agreed(self) -> Self:
        """Signed and not withdrawn, whether or not a request rests on it."""
        return self.filter(answer=Answer.YES.value, withdrawn_at=None, disposed_at=None)

    def open(self) -> Self:
        """Asked and without an answer; the link may have run out."""
        return self.filter(answer="", withdrawn_at=None, superseded_at=None, disposed_at=None)

    def to_dispose(self, *, on: date) -> Self:
        """Kept until a day before `on`, and not yet disposed of."""
        return self.filter(disposed_at=None, retain_until__lt=on)


class Consent(models.Model):
    """One learner's answer about some of their papers, or the question that waits for it.

    `asked_at`, `answered_at`, `withdrawn_at` and `used_at` are the domain's time. `expires_at` is real time and
    `answer_by_on` the same day as the learner is told it. `used_at` is when a request was sent that rests on it: from
    then on it cannot be withdrawn. `named` is about scripts in teaching: with the learner's name, or without.
    `sealed` is the link's secret while its sheet may be printed again. `retain_until` is empty while a request is open.
    """

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="consents")
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=10, choices=[(p.value, p.label) for p in Purpose])
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=10, choices=[(w.value, w.label) for w in Way])
    contact_email = models.EmailField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    sealed = models.CharField(max_length=300, blank=True)
    answer_by_on = models.DateField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    superseded_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=3, blank=True, choices=[(a.value, a.label) for a in Answer])
    answered_at = models.DateTimeField(null=True, blank=True)
    typed_name = models.CharField(max_length=120, blank=True)
    witness_name = models.CharField(max_length=120, blank=True)
    named = models.BooleanField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    held_by = models.CharField(max_length=120, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    retain_until = models.DateField(null=True, blank=True)
    disposed_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="consent_link_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="consent_answered_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(answer=Answer.YES.value), name="consent_used_if_given"
            ),
            models.CheckConstraint(condition=Q(used_at=None) | Q(withdrawn_at=None), name="consent_used_or_withdrawn"),
            models.CheckConstraint(
                condition=Q(disposed_at=None)
                | Q(contact_email="", digest="", sealed="", typed_name="", witness_name="", held_by="", file=None),
                name="consent_disposed_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["centre", "-id"], name="consent_of_centre"),
            models.Index(fields=["learner", "purpose"], name="consent_of_learner"),
            models.Index(fields=["retain_until"], condition=Q(disposed_at=None), name="consent_to_dispose"),
        ]

    def __str__(self) -> str:
        return f"Consent {self.pk}"

    def state(self, *, wall: datetime) -> State:
        """Where it stands at a real instant."""
        return state(self, wall=wall)


class OfConsent(TenantQuerySet):
    centre_path = "consent__centre"


class ConsentPaper(models.Model):
    """A paper that a consent is about, with the grade that the learner had when the question was put."""

    holds = Holds.TENANT

    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="papers")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(max_length=8)

    objects = OfConsent.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consent", "unit", "series"], name="consent_paper_once")]
