"""Dates that the awarding organisation sets, and the reminders planned for them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from deadlines.rules.limits import PROMISES
from portal.casework.models import Case, OfCase
from portal.catalogue.models import Series
from portal.centres.models import Centre
from portal.notices.models import Notice
from portal.web.tenancy import Holds, TenantQuerySet
from portal.web.words import day


class DateStatus(models.TextChoices):
    CONFIRMED = "confirmed", "Confirmed"
    PROJECTED = "projected", "Projected"
    SUPERSEDED = "superseded", "Superseded"


class KeyDate(models.Model):
    """A date, superseded and never edited. `families` holds family codes; empty means all of them.

    `confidence` says how well the date is known: `source` (read in a source text), `recalled` or `projected`.
    `happens` marks a day on which something happens, such as a results day, against one by which to act.
    """

    holds = Holds.REFERENCE

    key = models.CharField(max_length=40)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="key_dates")
    on = models.DateField()
    title = models.CharField(max_length=160)
    audience = models.CharField(max_length=120)
    families = models.JSONField(default=list)
    levels = models.JSONField(default=list)
    consequence = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=300)
    quotation = models.TextField(blank=True)
    confidence = models.CharField(max_length=12)
    status = models.CharField(max_length=12, choices=DateStatus.choices, default=DateStatus.CONFIRMED)
    happens = models.BooleanField(default=False)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="supersedes")
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "series"], condition=~Q(status="superseded"), name="key_date_in_force_once"
            )
        ]
        verbose_name = "key date"

    def __str__(self) -> str:
        return f"{self.title}, {day(self.on)}"


class Reminder(models.Model):
    """One person to be told once of one duty at one slot. `slot` is whole days before the date.

    Without a notice it waits to be bundled into the person's mail of the day. `run` is the planning that wrote it,
    so that a planner counts its own rows and not those of another that ran at the same time.
    """

    holds = Holds.TENANT

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="reminders")
    duty = models.CharField(max_length=40)
    key_date = models.ForeignKey(KeyDate, on_delete=models.PROTECT, related_name="reminders")
    slot = models.PositiveSmallIntegerField()
    address = models.EmailField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    outstanding = models.PositiveIntegerField()
    planned_at = models.DateTimeField()
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="reminders")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    run = models.UUIDField(null=True, blank=True, editable=False)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "duty", "key_date", "slot", "address"], name="reminder_once")
        ]
        indexes = [
            models.Index(fields=["address"], condition=Q(notice=None, cancelled_at=None), name="reminder_to_bundle")
        ]


class ProposalStatus(models.TextChoices):
    OPEN = "open", "Waiting for a second person"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Sent back"


class DateProposal(models.Model):
    """Another date for a key date, which a second person approves or sends back. One at a time for each date."""

    holds = Holds.SYSTEM

    key_date = models.ForeignKey(KeyDate, on_delete=models.PROTECT, related_name="proposals")
    on = models.DateField("new date")
    reason = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=ProposalStatus.choices, default=ProposalStatus.OPEN)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key_date"], condition=Q(status="open"), name="proposal_open_once"),
            models.CheckConstraint(
                condition=Q(status="open", decided_by=None, decided_at=None)
                | (~Q(status="open") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="proposal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="proposal_two_people"
            ),
        ]
        verbose_name = "change of a key date"
        verbose_name_plural = "changes of key dates"

    def __str__(self) -> str:
        return f"{self.key_date.title}: from {day(self.key_date.on)} to {day(self.on)}"


class DateFileStatus(models.TextChoices):
    PREVIEW = "preview", "Looked at, not used yet"
    WAITING = "waiting", "New dates wait for a second person"
    USED = "used", "Used"
    RETURNED = "returned", "Sent back"
    DISCARDED = "discarded", "Discarded"


class DateFile(models.Model):
    """A spreadsheet of key dates that staff uploaded. `rows` holds each row's cells and what it would do.

    Its new dates are put in force by `decided_by`, who neither uploaded nor used it.
    """

    holds = Holds.SYSTEM

    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    ignored = models.JSONField(default=list)
    status = models.CharField(max_length=10, choices=DateFileStatus.choices, default=DateFileStatus.PREVIEW)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    remark = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("used_by")) & ~Q(decided_by=F("received_by")),
                name="date_file_two_people",
            )
        ]
        verbose_name = "file of key dates"
        verbose_name_plural = "files of key dates"

    def __str__(self) -> str:
        return f"File {self.filename}"


class CalendarFeed(models.Model):
    """The secret address of a person's own calendar. `digest` finds it, `sealed` shows it to its owner again."""

    holds = Holds.SYSTEM

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(revoked_at=None), name="calendar_feed_open_once")
        ]


class ClockQuerySet(OfCase):
    def promises(self) -> Self:
        """Counts of what we have to finish, not of the time that a centre has."""
        return self.filter(limit__in=PROMISES)


class Clock(models.Model):
    """A limit started on a case: the row, the start and the due date are frozen when it starts.

    `until_at` is the last instant that is promised: that of `due_on`, or of `extended_to` once the centre was told of a
    delay. `told_late` says that it was told fewer than three working days before. Open while `stopped_at` is empty.
    """

    holds = Holds.TENANT

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    limit = models.CharField(max_length=40)
    row_from = models.DateField()
    started_at = models.DateTimeField()
    nation = models.CharField(max_length=20)
    due_on = models.DateField()
    due_at = models.DateTimeField()
    until_at = models.DateTimeField()
    extended_to = models.DateField(null=True)
    extended_because = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField(null=True)
    told_late = models.BooleanField(default=False)
    forecast_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "limit"], condition=Q(stopped_at=None), name="clock_of_a_limit_runs_once"
            ),
            models.CheckConstraint(
                condition=Q(extended_to=None, told_at=None) | Q(extended_to__isnull=False, told_at__isnull=False),
                name="clock_extended_is_told",
            ),
            models.CheckConstraint(
                condition=Q(extended_to=None) | Q(extended_to__gt=F("due_on")), name="clock_extended_is_later"
            ),
        ]
        indexes = [
            models.Index(fields=["until_at"], condition=Q(stopped_at=None, breached_at=None), name="clock_to_breach"),
            models.Index(
                fields=["nation", "until_at"],
                condition=Q(stopped_at=None, forecast_at=None, breached_at=None),
                name="clock_to_forecast",
            ),
        ]
