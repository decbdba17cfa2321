"""What a centre sends before results: unit grades and claims; and where each learner stands."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from claims.rules import ClaimStatus, State
from claims.rules.contacts import ContactKind, ContactOutcome
from portal.catalogue.models import AwardRule, ClaimKind, Series, Unit
from portal.centres.models import Centre
from portal.intake.models import Upload
from portal.learners.models import Registration
from portal.web.tenancy import Holds, TenantQuerySet

CLAIM_KINDS = [(kind.value, kind.label) for kind in (ClaimKind.FULL_AWARD, ClaimKind.CASH_IN)]


class UnitGrade(models.Model):
    """The grade a centre reports for an internally assessed unit."""

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="unit_grades")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="unit_grades")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(max_length=8)
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_grade = models.CharField(max_length=8, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "unit"], name="unit_grade_once")]


class Submission(models.Model):
    """One act of claiming, with one receipt. `token` names the check page it came from: sent twice, it counts once."""

    holds = Holds.TENANT

    reference = models.CharField(max_length=16, unique=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="submissions")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    token = models.CharField(max_length=64)
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "token"], name="submission_token_once")]

    def __str__(self) -> str:
        return self.reference


class Claim(models.Model):
    """A claim for one registration. At most one is live: submitted, queried or accepted.

    Lateness is judged once, on the moment the server received the submission, and stored.
    """

    holds = Holds.TENANT

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="claims")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="claims")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="claims")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=CLAIM_KINDS)
    grade = models.CharField(max_length=8, blank=True)
    points = models.PositiveSmallIntegerField(null=True, blank=True)
    # As they were when the claim was sent: what the receipt says, whatever is corrected later.
    claimed_grade = models.CharField(max_length=8, blank=True)
    claimed_name = models.CharField(max_length=170)
    claimed_number = models.CharField(max_length=4)
    due_on = models.DateField()
    late = models.BooleanField()
    status = models.CharField(max_length=10, choices=[(s.value, s.label) for s in ClaimStatus])
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    put_right = models.CharField(max_length=500, blank=True)
    put_right_at = models.DateTimeField(null=True, blank=True)
    put_right_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(status__in=["submitted", "queried", "accepted"]),
                name="claim_live_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ClaimStatus]), name="claim_status_is_known"
            ),
        ]
        indexes = [models.Index(fields=["status", "id"], name="claim_queue")]

    def __str__(self) -> str:
        return f"claim {self.submission.reference}, candidate {self.registration.learner.candidate_number}"


class Query(models.Model):
    """A question from staff about a claim, to be answered by `answer_by`."""

    holds = Holds.TENANT

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="queries")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="claim_queries")
    question = models.CharField(max_length=1000)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer_by = models.DateField()
    answer = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "queries"
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(answered_at__isnull=True), name="one_open_question_a_claim"
            )
        ]


class Absence(models.Model):
    """`Not this summer`: the learner will not complete in the series, and why. Undoable."""

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="absences")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="absences")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(undone_at__isnull=True), name="absence_open_once"
            )
        ]


class Readiness(models.Model):
    """Where a registration stands, stored; rewritten whenever an input changes, so the tracker only reads.

    Name, number and programme are copied here because the tracker sorts, filters and pages over them.
    """

    holds = Holds.TENANT

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, primary_key=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=[(s.value, s.label) for s in State])
    kind = models.CharField(max_length=12, choices=ClaimKind.choices)
    rule = models.ForeignKey(AwardRule, on_delete=models.PROTECT, related_name="+")
    needs = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    grade = models.CharField(max_length=8, blank=True)
    points = models.PositiveSmallIntegerField(null=True, blank=True)
    units_done = models.PositiveSmallIntegerField()
    units_needed = models.PositiveSmallIntegerField()
    learner_name = models.CharField(max_length=170)
    candidate_number = models.CharField(max_length=4)
    programme_title = models.CharField(max_length=140)
    level = models.CharField(max_length=4)
    evaluated_at = models.DateTimeField()

    objects = TenantQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["centre", "series", "state", "programme_title", "learner_name", "registration"],
                name="tracker_by_programme",
            ),
            models.Index(
                fields=["centre", "series", "state", "learner_name", "registration"], name="tracker_by_learner"
            ),
            models.Index(
                fields=["centre", "series", "state", "candidate_number", "registration"], name="tracker_by_number"
            ),
        ]


class Contact(models.Model):
    """We rang or wrote to a centre about learners at risk: `learners` is how many there were at that moment.

    `note` and `spoken_to` are for staff; the centre reads when we were in touch, how, and about how many learners.
    """

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="contacts")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[(k.value, k.label) for k in ContactKind])
    outcome = models.CharField(max_length=10, choices=[(o.value, o.label) for o in ContactOutcome])
    learners = models.PositiveIntegerField()
    # Who answered a call: a name or a role, for staff.
    spoken_to = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=500, blank=True)
    next_contact_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = TenantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["centre", "series", "-id"], name="contact_last")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="mail", outcome="written") | (Q(kind="call") & ~Q(outcome="written")),
                name="contact_outcome_fits_kind",
            )
        ]


class Care(models.Model):
    """Who at the awarding organisation looks after a centre before the claims date of a series. For staff's eyes only.

    Nobody's row is rewritten while its owner is away: whoever covers for them is asked of `portal.desk`.
    """

    holds = Holds.SYSTEM

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "series"], name="care_once")]
        indexes = [models.Index(fields=["owner", "series"], name="care_of_owner")]


class CentreStanding(Centre):
    """A centre seen by how its claims stand: the rows of the staff's list before the date."""

    holds = Holds.SYSTEM

    class Meta:
        proxy = True
        verbose_name = "centre"
        verbose_name_plural = "centres before the claims date"
