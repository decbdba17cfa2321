"""The catalogue's data files as plain values, checked for what a data file can get wrong."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "data"
FIXED = ("families.json", "scales.json", "series.json")


@dataclass
class Content:
    """Everything that stands in the data files. Rows are the files' own dictionaries."""

    families: dict[str, str] = field(default_factory=dict)
    scales: list[dict[str, Any]] = field(default_factory=list)
    series: list[dict[str, Any]] = field(default_factory=list)
    units: list[dict[str, Any]] = field(default_factory=list)
    qualifications: list[dict[str, Any]] = field(default_factory=list)


def content(folder: Path = FOLDER) -> Content:
    """Read and check the data files. A fault in a file raises ValueError, which names the row."""
    read = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}
    for name, data in read.items():
        if not data.get("source"):
            raise ValueError(f"{name} does not say where its facts come from.")
    found = Content(
        families={row["code"]: row["label"] for row in read["families.json"]["families"]},
        scales=read["scales.json"]["scales"],
        series=read["series.json"]["series"],
    )
    for name, data in read.items():
        if name not in FIXED:
            found.units += data["units"]
            found.qualifications += data["qualifications"]
    for qualification in found.qualifications:
        _check_qualification(qualification, found)
    return found


def _check_qualification(qualification: dict[str, Any], found: Content) -> None:
    hours = {unit["code"]: unit["guided_hours"] for unit in found.units}
    code = qualification["code"]
    parts = [*qualification["mandatory"], *qualification["optional"]]
    unknown = {*parts, *qualification["terminal"]} - set(hours)
    if unknown:
        raise ValueError(f"{code} names units that do not exist: {', '.join(sorted(unknown))}.")
    if qualification["family"] not in found.families:
        raise ValueError(f"{code} names a family that does not exist: {qualification['family']}.")
    for rule in qualification["rules"]:
        fixed = sum(hours[unit] for unit in qualification["mandatory"])
        optional = [hours[unit] for unit in qualification["optional"]]
        if not can_reach(rule["total_hours"], fixed=fixed, optional=optional):
            raise ValueError(f"{code} cannot come to {rule['total_hours']} hours with the units that are listed.")


def can_reach(total: int, *, fixed: int, optional: list[int]) -> bool:
    """Whether some choice of the optional hours, with the fixed ones, comes to exactly `total` hours."""
    sums = {fixed}
    for hours in optional:
        sums |= {reached + hours for reached in sums}
    return total in sums
