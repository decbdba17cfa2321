"""What can be studied and awarded: the same for every centre, loaded from data files with their sources."""

from django.db import models

from portal.web.tenancy import Holds


class Series(models.Model):
    """A summer or winter of assessment, such as 2024-06."""

    holds = Holds.REFERENCE

    code = models.CharField(max_length=7, primary_key=True)
    title = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.title


class GradeScale(models.Model):
    """An ordered list of grades."""

    holds = Holds.REFERENCE

    code = models.CharField(max_length=30, primary_key=True)
    source = models.CharField(max_length=200)


class Grade(models.Model):
    holds = Holds.REFERENCE

    scale = models.ForeignKey(GradeScale, on_delete=models.PROTECT, related_name="grades")
    code = models.CharField(max_length=8)
    label = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scale", "code"], name="grade_code_once"),
            models.UniqueConstraint(fields=["scale", "rank"], name="grade_rank_once"),
        ]


class ClaimKind(models.TextChoices):
    FULL_AWARD = "full_award", "Full award"
    CASH_IN = "cash_in", "Cash-in"
    NONE = "none", "Not claimed"


class Qualification(models.Model):
    """`code` is ours; `number` is the regulator's qualification number. Guided learning hours in whole hours."""

    holds = Holds.REFERENCE

    code = models.CharField(max_length=20, unique=True)
    number = models.CharField(max_length=10, blank=True)
    family = models.CharField(max_length=30)
    size = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=120)
    level = models.CharField(max_length=4)
    guided_hours = models.PositiveSmallIntegerField()
    scale = models.ForeignKey(GradeScale, on_delete=models.PROTECT, related_name="+")
    claim_kind = models.CharField(max_length=12, choices=ClaimKind.choices)
    source = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.title}, level {self.level}"


class UnitKind(models.TextChoices):
    INTERNAL = "internal", "Assessed by the centre"
    EXTERNAL = "external", "Assessed by the awarding organisation"


class Unit(models.Model):
    """A unit, component or paper that is assessed by itself; `noun` is what people call it."""

    holds = Holds.REFERENCE

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=160)
    number = models.CharField(max_length=8)
    noun = models.CharField(max_length=12, default="Unit")
    kind = models.CharField(max_length=10, choices=UnitKind.choices)
    guided_hours = models.PositiveSmallIntegerField()
    scale = models.ForeignKey(GradeScale, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.noun} {self.number}: {self.title}"


class Part(models.Model):
    """A unit's place in a qualification."""

    holds = Holds.REFERENCE

    qualification = models.ForeignKey(Qualification, on_delete=models.PROTECT, related_name="parts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="parts")
    mandatory = models.BooleanField()
    terminal = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["qualification", "unit"], name="part_once")]


class AwardRule(models.Model):
    """What a qualification needs before it can be awarded. Dated, superseded, never edited.

    `total_hours` are the guided learning hours that the learner's set of units must come to;
    `pass_hours` the hours that must be at pass or better (0: no such minimum is known).
    """

    holds = Holds.REFERENCE

    qualification = models.ForeignKey(Qualification, on_delete=models.PROTECT, related_name="rules")
    in_force_from = models.DateField()
    total_hours = models.PositiveSmallIntegerField()
    pass_hours = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=400)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["qualification", "in_force_from"], name="award_rule_once")]


class Threshold(models.Model):
    """The fewest points for an overall grade."""

    holds = Holds.REFERENCE

    rule = models.ForeignKey(AwardRule, on_delete=models.PROTECT, related_name="thresholds")
    grade = models.CharField(max_length=8)
    points = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "grade"], name="threshold_once")]
