"""What a centre asks after results: one submission holds many requests, each of them a case of its own."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.casework.models import Case, Decision
from portal.catalogue.models import Series, Unit
from portal.centres.models import Centre
from portal.consent.models import Consent
from portal.files.models import StoredFile
from portal.learners.models import Registration, Result
from portal.web.tenancy import Holds, TenantQuerySet
from postresults.rules.services import OF_MARKS, Service
from postresults.rules.states import REASONS

SERVICES = [(service.value, service.label) for service in Service]


class Concern(models.Model):
    """A centre's concern about the marking of a whole component: its requests are looked at together."""

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="concerns")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = TenantQuerySet.as_manager()


class Submission(models.Model):
    """One act of asking, with one receipt. `token` names the check page it came from: sent twice, it counts once.

    `ceiling_pence` is the highest total that the officer authorised for requests that file themselves later.
    """

    holds = Holds.TENANT

    reference = models.CharField(max_length=20, unique=True)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="result_submissions")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    token = models.CharField(max_length=64)
    ceiling_pence = models.PositiveIntegerField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "token"], name="result_submission_token_once")]

    def __str__(self) -> str:
        return self.reference


class Request(models.Model):
    """A service asked for one component of one candidate, or (service 3) for a cohort.

    `received_at` is the server's receipt, of the request or of the consent that completed it: lateness is judged on
    it, once. `group` names the review that a fee belongs to: the components of one candidate in one submission.
    `live` mirrors the case: it waits or is with us. `place_depends` is the answer to whether a place in further or
    higher education depends on the outcome; empty where nobody asked.
    """

    holds = Holds.TENANT

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="request")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="result_requests")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="requests")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, null=True, related_name="+")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, null=True, related_name="requests")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=24, choices=SERVICES)
    with_copy = models.BooleanField(default=False)
    place_depends = models.BooleanField(null=True)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="+")
    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, null=True, related_name="requests")
    group = models.CharField(max_length=40)
    price_pence = models.PositiveIntegerField(null=True)
    received_at = models.DateTimeField(null=True)
    live = models.BooleanField(default=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "unit", "series"],
                condition=Q(live=True, service__in=sorted(service.value for service in OF_MARKS)),
                name="one_review_of_marks_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["registration", "unit", "series", "service"],
                condition=Q(live=True),
                name="request_live_once",
            ),
            models.UniqueConstraint(
                fields=["centre", "unit", "series"],
                condition=Q(live=True, service=Service.MODERATION.value),
                name="review_of_moderation_live_once",
            ),
        ]
        indexes = [
            models.Index(fields=["centre", "series", "-case"], name="requests_of_centre"),
            # What waits for a consent, for the sweep and the duty.
            models.Index(
                fields=["series", "centre", "service"],
                condition=Q(live=True, received_at=None),
                name="requests_waiting",
            ),
            models.Index(fields=["group"], name="requests_of_a_group"),
        ]

    def __str__(self) -> str:
        return self.case.reference


class ReviewCase(Case):
    """Reviews: a queue of its own, on the rows of all cases."""

    holds = Holds.TENANT

    class Meta:
        proxy = True
        verbose_name = "review"


class ScriptCase(Case):
    """Requests for original scripts and marking comments: a queue of its own, on the rows of all cases."""

    holds = Holds.TENANT

    class Meta:
        proxy = True
        verbose_name = "script request"


class Script(models.Model):
    """A marked paper as it can be downloaded. `anonymous`: the copy that carries neither name nor candidate number."""

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="scripts")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="scripts")
    anonymous = models.BooleanField(default=False)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["result", "anonymous"], name="script_copy_once")]

    def __str__(self) -> str:
        return f"Script {self.pk}"


class Finding(models.Model):
    """What a reviewer recommends for a request. It never changes; the newest one is what a decision rests on.

    `overall` is the overall grade that follows, empty where the award has none.
    """

    holds = Holds.SYSTEM

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="findings")
    mark = models.PositiveSmallIntegerField(null=True)
    grade = models.CharField(max_length=8, blank=True)
    overall = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=40, choices=list(REASONS.items()))
    comment = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class OutcomeRelease(models.Model):
    """Outcomes that come out together at a set time. `done_at` is when the sweep issued them."""

    holds = Holds.SYSTEM

    goes_out_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["goes_out_at"], condition=Q(done_at=None), name="outcome_release_due")]


class OutcomeReleaseLine(models.Model):
    """One decision of a release. `held_back` says why it did not go out with the others."""

    holds = Holds.SYSTEM

    release = models.ForeignKey(OutcomeRelease, on_delete=models.PROTECT, related_name="lines")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    held_back = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "decision"], name="outcome_release_line_once")]
