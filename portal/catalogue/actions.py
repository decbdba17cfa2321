"""The only writer of the catalogue: it loads the data files, and loading twice changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from portal.audit.actions import record
from portal.catalogue.models import AwardRule, Grade, GradeScale, Part, Qualification, Series, Threshold, Unit
from portal.catalogue.rules import Content, content
from portal.errors import Refused


@dataclass
class Loaded:
    """How many rows were written. Both are 0 when the files say what the database says."""

    new: int = 0
    changed: int = 0


def load_catalogue(*, at: datetime) -> Loaded:
    """Bring the catalogue to what the data files say. Set-based; nothing is removed.

    An award rule that is in the database and says something else in the file is refused: rules are superseded by
    a row with a later date, never edited.
    """
    files = content()
    loaded = Loaded()
    with transaction.atomic():
        _load_scales(files, loaded)
        _load_units(files, loaded)
        _load_rules(files, loaded)
        if loaded.new or loaded.changed:
            counts = {"new": loaded.new, "changed": loaded.changed}
            record(verb="catalogue.loaded", by=None, at=at, subject=None, data=counts)
    return loaded


def _load_scales(files: Content, loaded: Loaded) -> None:
    _upsert(Series, ["code"], (Series(code=row["code"], title=row["title"]) for row in files.series), loaded)
    scales = [GradeScale(code=row["code"], source=row["source"]) for row in files.scales]
    _upsert(GradeScale, ["code"], scales, loaded)
    grades = (
        Grade(scale_id=scale["code"], code=grade["code"], label=grade["label"], rank=rank)
        for scale in files.scales
        for rank, grade in enumerate(scale["grades"])
    )
    _upsert(Grade, ["scale_id", "code"], grades, loaded)


def _load_units(files: Content, loaded: Loaded) -> None:
    _upsert(Unit, ["code"], (_unit(row) for row in files.units), loaded)
    _upsert(Qualification, ["code"], (_qualification(row) for row in files.qualifications), loaded)
    units, qualifications = _ids(Unit), _ids(Qualification)
    parts = (
        Part(
            qualification_id=qualifications[row["code"]],
            unit_id=units[code],
            mandatory=code in row["mandatory"],
            terminal=code in row["terminal"],
        )
        for row in files.qualifications
        for code in [*row["mandatory"], *row["optional"]]
    )
    _upsert(Part, ["qualification_id", "unit_id"], parts, loaded)


def _unit(row: dict[str, Any]) -> Unit:
    plain = {name: row[name] for name in ("code", "title", "number", "noun", "kind", "guided_hours")}
    return Unit(**plain, scale_id=row["scale"])


def _qualification(row: dict[str, Any]) -> Qualification:
    names = ("code", "number", "family", "size", "title", "level", "guided_hours", "claim_kind", "source")
    return Qualification(**{name: row[name] for name in names}, scale_id=row["scale"])


def _load_rules(files: Content, loaded: Loaded) -> None:
    qualifications = _ids(Qualification)
    standing = {(rule.qualification_id, rule.in_force_from): rule for rule in _rules_that_stand()}
    new: list[tuple[AwardRule, dict[str, int]]] = []
    for row in files.qualifications:
        for said in row["rules"]:
            rule = _rule(qualifications[row["code"]], said)
            stands = standing.get((rule.qualification_id, rule.in_force_from))
            if stands is None:
                new.append((rule, said["thresholds"]))
            else:
                _check_same(stands, rule, said["thresholds"], row["code"])
    AwardRule.objects.bulk_create([rule for rule, _ in new])
    thresholds = [
        Threshold(rule=rule, grade=grade, points=points) for rule, grades in new for grade, points in grades.items()
    ]
    Threshold.objects.bulk_create(thresholds)
    loaded.new += len(new) + len(thresholds)


def _rules_that_stand() -> Iterable[AwardRule]:
    return AwardRule.objects.prefetch_related("thresholds")


def _rule(qualification_id: int, said: dict[str, Any]) -> AwardRule:
    return AwardRule(
        qualification_id=qualification_id,
        in_force_from=date.fromisoformat(said["in_force_from"]),
        total_hours=said["total_hours"],
        pass_hours=said["pass_hours"],
        source=said["source"],
    )


def _check_same(stands: AwardRule, said: AwardRule, thresholds: dict[str, int], code: str) -> None:
    same_hours = (stands.total_hours, stands.pass_hours) == (said.total_hours, said.pass_hours)
    if not same_hours or {line.grade: line.points for line in stands.thresholds.all()} != thresholds:
        raise Refused(
            f"The award rule of {code} in force from {said.in_force_from} stands already and says something else. "
            "Add a rule with a later date instead of changing it."
        )


def _ids(model: type[models.Model]) -> dict[str, int]:
    return dict(model._default_manager.values_list("code", "pk"))


def _upsert(model: type[models.Model], key: list[str], wanted: Iterable[models.Model], loaded: Loaded) -> None:
    """Write the rows that are new or say something else; leave the others as they are."""
    columns = [f.attname for f in model._meta.concrete_fields if not f.auto_created and f.attname not in key]
    standing = {_values(row, key): row for row in model._default_manager.all()}
    new, changed = [], []
    for row in wanted:
        stands = standing.get(_values(row, key))
        if stands is None:
            new.append(row)
        elif _values(stands, columns) != _values(row, columns):
            row.pk = stands.pk
            changed.append(row)
    model._default_manager.bulk_create(new)
    if changed:
        model._default_manager.bulk_update(changed, columns)
    loaded.new += len(new)
    loaded.changed += len(changed)


def _values(row: models.Model, names: list[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)
