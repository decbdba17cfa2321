"""Rows of a sheet from a program: the same fields, faults and outcome as of a file, looked at with `dry_run`."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.intake.actions import take_rows
from portal.intake.kinds import NEW, Sheet
from portal.intake.models import Outcome, StagedRow
from portal.intake.queries import Looked, look_at_rows
from portal.intake.rules.columns import Column
from portal.people.api import TokenView
from portal.web.api import UNPROCESSABLE, Paged, Problem, Strict, described, read
from portal.web.words import count

WRITE = "learners:write"
MOST = 5000
_LONGEST = 200


# --- what is asked and answered ---


class ReadBackQuery(Paged):
    """Which of the rows that were sent are read back."""

    series = serializers.CharField(required=False, max_length=7, help_text="For example 2024-06.")
    candidate = serializers.CharField(required=False, max_length=4, help_text="A candidate number, such as 0012.")


class ChangeSerializer(serializers.Serializer):
    column = serializers.CharField()
    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField()


class RowFaultSerializer(serializers.Serializer):
    field = serializers.CharField(allow_blank=True, help_text="The field at fault; empty when it is the whole row.")
    value = serializers.CharField(allow_blank=True)
    message = serializers.CharField(help_text="A sentence for a person.")
    fix = serializers.CharField(help_text="What to do about it.")
    suggestion = serializers.CharField(allow_blank=True, help_text="The value that was probably meant, if one is near.")


class RowSerializer(serializers.Serializer):
    row = serializers.IntegerField(help_text="Its place in the call, from 1.")
    about = serializers.CharField(allow_blank=True, help_text="Whom or what the row is about, in words.")
    outcome = serializers.ChoiceField(choices=Outcome.values)
    changes = ChangeSerializer(many=True)
    faults = RowFaultSerializer(many=True)


class CountsSerializer(serializers.Serializer):
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()


class SavedSerializer(serializers.Serializer):
    saved = serializers.BooleanField(help_text="False after a dry run.")
    counts = CountsSerializer(help_text="Rows by outcome.")
    rows = RowSerializer(many=True, help_text="Every row of the call, in its order.")


class AskedSerializer(Strict):
    dry_run = serializers.BooleanField(
        default=False, help_text="True: nothing is saved, and the answer says what each row would do."
    )
    good_rows_only = serializers.BooleanField(
        default=False,
        help_text="True: rows with faults are left out and the others saved. False: one fault and nothing is saved.",
    )


@dataclass(frozen=True)
class Rows:
    """How rows of a sheet are sent: under `field`, each with the columns of the sheet but those in `without`."""

    sheet: Sheet
    field: str
    example: dict[str, str]
    about: str
    without: tuple[str, ...] = ()
    # Columns that programs write otherwise than people do.
    hints: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def described(self, *, name: str, summary: str) -> Callable[[Any], Any]:
        """The schema of the call, made from the sheet."""
        return described(
            name=name,
            summary=summary,
            scope=WRITE,
            body=self.serializer(),
            body_example={self.field: [self.example], "dry_run": True},
            answer=SavedSerializer,
            example=self._answer_example(),
        )

    def serializer(self) -> type[serializers.Serializer]:
        """The body: the rows and how to take them."""
        name = self.field.title().replace("_", "")
        fields = {column.key: self._field(column) for column in self.sheet.columns if column.key not in self.without}
        row = type(f"{name}RowSerializer", (Strict,), fields)
        rows = serializers.ListField(
            child=row(), min_length=1, max_length=MOST, help_text=f"At most {MOST:,} in one call."
        )
        return type(f"{name}AskedSerializer", (AskedSerializer,), {self.field: rows})

    def _field(self, column: Column) -> serializers.Field:
        required = (column.key,) in self.sheet.needs
        empty = {} if required else {"required": False, "allow_blank": True, "allow_null": True}
        return serializers.CharField(
            max_length=_LONGEST, help_text=f"{self.hints.get(column.key, column.hint)}.", **empty
        )

    def _answer_example(self) -> dict[str, Any]:
        return {
            "saved": False,
            "counts": {"new": 1, "changed": 0, "unchanged": 0, "refused": 0},
            "rows": [{"row": 1, "about": self.about, "outcome": NEW, "changes": [], "faults": []}],
        }

    def answer(self, view: TokenView, request: Request) -> Response:
        """Look at the rows of a call, or take them. 422 with every fault when they are not taken."""
        asked = read(self.serializer(), request.data)
        rows = [{key: value or "" for key, value in row.items()} for row in asked[self.field]]
        actor, kind = view.actor, self.sheet.key
        if asked["dry_run"]:
            return Response(_said(look_at_rows(centre=actor.centre, kind=kind, rows=rows, at=actor.at), saved=False))
        taken = take_rows(
            centre=actor.centre,
            kind=kind,
            name=f"{request.auth}, by API",
            rows=rows,
            good_rows_only=asked["good_rows_only"],
            by=actor.user,
            at=actor.at,
        )
        if not taken.committed:
            raise self._refusal(taken.looked)
        return Response(_said(taken.looked, saved=True))

    def _refusal(self, looked: Looked) -> Problem:
        refused = looked.counts["refused"]
        said = f"{refused} of {count(len(looked.rows), 'row')} refused, so nothing was saved."
        hint = " Put what `errors` names right, or send good_rows_only." if refused < len(looked.rows) else ""
        errors = [
            {
                "field": ".".join(filter(None, (self.field, str(row.line - 1), fault["key"]))),
                "code": "refused",
                "message": f"{fault['reason']} {fault['fix']}",
            }
            for row in looked.rows
            for fault in row.faults
        ]
        return Problem(said + hint, code="rows_refused", status_code=UNPROCESSABLE, errors=errors)


def _said(looked: Looked, *, saved: bool) -> dict[str, Any]:
    return {"saved": saved, "counts": looked.counts, "rows": [_row(row) for row in looked.rows]}


def _row(row: StagedRow) -> dict[str, Any]:
    return {
        "row": row.line,
        "about": row.about,
        "outcome": row.outcome,
        "changes": row.changes,
        "faults": [
            {
                "field": fault["key"],
                "value": fault["value"],
                "message": fault["reason"],
                "fix": fault["fix"],
                "suggestion": fault["use"],
            }
            for fault in row.faults
        ],
    }
