"""One row for each thing that a person at the awarding organisation must decide, and what hangs on it."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.casework import kinds
from portal.casework.rules import Part
from portal.catalogue.models import Series, Unit
from portal.centres.models import Centre
from portal.files.models import Verification
from portal.learners.models import AwardResult, Learner, Result
from portal.web.actor import Actor
from portal.web.tenancy import Holds, TenantQuerySet

PARTS = [(part.value, part.label) for part in Part]


def _person(**more: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **more)


class OfCase(TenantQuerySet):
    centre_path = "case__centre"


class Case(models.Model):
    """A case of a kind. `status` is written by `casework.actions.move` alone; `due_at` copies the nearest open clock.

    `unit` and `series` name the component where the case is about one: the guard asks who marked it.
    """

    holds = Holds.TENANT

    reference = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=30)
    status = models.CharField(max_length=30)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="cases")
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, null=True, related_name="cases")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="cases")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__regex=r"^[a-z][a-z_]*$"), name="case_status_is_a_code"),
            models.CheckConstraint(condition=Q(kind__regex=r"^[a-z][a-z_]*$"), name="case_kind_is_a_code"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="case_due"),
            models.Index(fields=["kind", "due_at", "id"], condition=Q(closed_at=None), name="case_queue"),
            models.Index(fields=["owner", "due_at", "id"], condition=Q(closed_at=None), name="case_of_owner"),
            models.Index(fields=["centre", "kind", "-id"], name="case_of_centre"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def kind_of(self) -> kinds.Kind:
        """What the registry says about its kind."""
        return kinds.kind(self.kind)

    @property
    def status_label(self) -> str:
        return self.kind_of.labels[self.status]


class Counter(models.Model):
    """The last number given to a reference, for each prefix and year."""

    holds = Holds.SYSTEM

    prefix = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="case_counter_once")]


class Involvement(models.Model):
    """The part that somebody plays or played in a case. For staff's eyes only."""

    holds = Holds.SYSTEM

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="involvements")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="involvements")
    part = models.CharField(max_length=14, choices=PARTS)
    at = models.DateTimeField()
    by = _person(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user", "part"], name="involvement_once")]
        indexes = [models.Index(fields=["user", "part"], name="involvement_of")]


class Interest(models.Model):
    """What keeps somebody from cases yet to come: “marked unit 2 in summer 2024 for centre 12345”, or a declaration.

    It holds for a case when everything that is filled in here fits the case.
    """

    holds = Holds.SYSTEM

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interests")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, null=True, related_name="+")
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, related_name="+")
    part = models.CharField(max_length=14, choices=PARTS)
    reason = models.CharField(max_length=300, blank=True)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(centre__isnull=False) | Q(learner__isnull=False) | Q(unit__isnull=False),
                name="interest_is_in_something",
            ),
            models.CheckConstraint(
                condition=Q(part__in=["marked", "moderated", "interest", "subject"]), name="interest_part_fits"
            ),
        ]


class DecisionQuerySet(OfCase):
    def visible_to(self, actor: Actor) -> Self:
        """A centre knows of a decision from the moment it is issued."""
        rows = super().visible_to(actor)
        return rows if actor.centre is None else rows.filter(issued_at__isnull=False)

    def standing(self) -> Self:
        """Not sent back, and no other decision took its place."""
        return self.filter(sent_back_at=None, superseded_by=None)


class Decision(models.Model):
    """What was decided in a case. Made, countersigned where a grade falls, issued; from then on it never changes.

    `received_at` starts the window of an appeal: the moment it became visible to the centre, or a later date that
    staff record for a letter.
    """

    holds = Holds.TENANT

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=30)
    outcome = models.CharField(max_length=30)
    reasons = models.TextField()
    decided_by = _person()
    decided_at = models.DateTimeField()
    needs_countersign = models.BooleanField(default=False)
    countersigned_by = _person(null=True)
    countersigned_at = models.DateTimeField(null=True)
    sent_back_by = _person(null=True)
    sent_back_at = models.DateTimeField(null=True)
    sent_back_reason = models.CharField(max_length=500, blank=True)
    issued_by = _person(null=True)
    issued_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(countersigned_by=None, countersigned_at=None)
                | Q(countersigned_by__isnull=False, countersigned_at__isnull=False),
                name="decision_countersigned_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(countersigned_by=None) | ~Q(countersigned_by=F("decided_by")), name="decision_two_people"
            ),
            models.CheckConstraint(
                condition=Q(issued_at=None) | Q(needs_countersign=False) | Q(countersigned_by__isnull=False),
                name="decision_countersigned_before_issue",
            ),
            models.CheckConstraint(
                condition=Q(issued_at=None, received_at=None, issued_by=None)
                | Q(issued_at__isnull=False, received_at__isnull=False, issued_by__isnull=False),
                name="decision_issued_is_received",
            ),
            models.CheckConstraint(
                condition=Q(issued_at=None) | Q(sent_back_at=None), name="decision_sent_back_is_not_issued"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(issued_at=None, sent_back_at=None), name="decision_in_the_making_once"
            ),
        ]

    def __str__(self) -> str:
        return f"decision in {self.case.reference}"


class DecisionLineQuerySet(TenantQuerySet):
    centre_path = "decision__case__centre"

    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if actor.centre is None else rows.filter(decision__issued_at__isnull=False)


class DecisionLine(models.Model):
    """What a decision says about one component of one learner, or (`award`) about the overall grade."""

    holds = Holds.TENANT

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="lines")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, null=True, related_name="+")
    award = models.ForeignKey(AwardResult, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    old_mark = models.PositiveSmallIntegerField(null=True)
    new_mark = models.PositiveSmallIntegerField(null=True)
    old_grade = models.CharField(max_length=8, blank=True)
    new_grade = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    comment = models.TextField(blank=True)

    objects = DecisionLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "result"], name="decision_line_once"),
            models.UniqueConstraint(fields=["decision", "award"], name="decision_award_line_once"),
            models.CheckConstraint(condition=Q(result=None) | Q(award=None), name="decision_line_is_about_one"),
        ]

    @property
    def changes(self) -> bool:
        """Whether a mark or a grade becomes another."""
        return (self.new_mark, self.new_grade) != (self.old_mark, self.old_grade)


class ResultChange(models.Model):
    """An issued result became another one by a decision. Written by `casework.actions.change_result` alone."""

    holds = Holds.TENANT

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="changes")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="changes")
    old_mark = models.PositiveSmallIntegerField(null=True)
    new_mark = models.PositiveSmallIntegerField(null=True)
    old_grade = models.CharField(max_length=8)
    new_grade = models.CharField(max_length=8)
    at = models.DateTimeField()
    by = _person()

    objects = DecisionLineQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "result"], name="result_change_once")]


class AwardChange(models.Model):
    """An issued overall grade became another one. Written by `casework.actions.change_award` alone."""

    holds = Holds.TENANT

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="award_changes")
    award = models.ForeignKey(AwardResult, on_delete=models.PROTECT, related_name="changes")
    old_grade = models.CharField(max_length=8)
    new_grade = models.CharField(max_length=8)
    at = models.DateTimeField()
    by = _person()

    objects = DecisionLineQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "award"], name="award_change_once")]


class DocumentQuerySet(OfCase):
    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if actor.centre is None else rows.filter(centre_sees=True)


class Document(models.Model):
    """A letter or script of a case: its bytes, or the place where they are kept. `kind` is a code such as "outcome"."""

    holds = Holds.TENANT

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="documents")
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=30)
    content_type = models.CharField(max_length=80, default="application/pdf")
    content = models.BinaryField(null=True)
    place = models.CharField(max_length=300, blank=True)
    verification = models.OneToOneField(Verification, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = _person(null=True)
    centre_sees = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(content__isnull=True) ^ Q(place=""), name="document_is_kept_in_one_place"
            )
        ]

    def __str__(self) -> str:
        return self.title


class NoteKind(models.TextChoices):
    MESSAGE = "message", "Message"
    INTERNAL = "internal", "Note for colleagues"
    CALL = "call", "Telephone call"


class NoteQuerySet(OfCase):
    def visible_to(self, actor: Actor) -> Self:
        """What we note for ourselves stays with us; a call is known to both sides."""
        rows = super().visible_to(actor)
        return rows if actor.centre is None else rows.exclude(kind=NoteKind.INTERNAL)


class Note(models.Model):
    """A message between the centre and us, a note among ourselves, or a call that was made."""

    holds = Holds.TENANT

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=10, choices=NoteKind.choices)
    text = models.TextField()
    at = models.DateTimeField()
    by = _person()
    from_centre = models.BooleanField(default=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(from_centre=False) | Q(kind="message"), name="note_of_a_centre_is_a_message"
            )
        ]


class Task(models.Model):
    """Something to check in a case. While it is open and `blocks`, nothing is decided."""

    holds = Holds.SYSTEM

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    blocks = models.BooleanField(default=True)
    done_at = models.DateTimeField(null=True)
    done_by = _person(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="case_task_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="case_task_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.label
