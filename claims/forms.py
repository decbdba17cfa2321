"""One form a screen."""

from typing import Any

from django import forms

from claims.rules.submitting import declaration
from portal.web.words import count

NO_GRADE = "-"


class CheckForm(forms.Form):
    """The declaration. Never ticked for you."""

    declaration = forms.BooleanField(error_messages={"required": "Tick the declaration to submit"})
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, claims: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["declaration"]
        field.label = declaration(claims)
        field.error_messages["required"] = f"Tick the declaration to submit {count(claims, 'claim')}"


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why will this learner not complete this summer?",
        help_text="For example: left the course in March, or completing in January instead.",
        max_length=300,
        error_messages={"required": "Say why, so that a colleague understands it later"},
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="Your answer",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=2000,
        error_messages={"required": "Write an answer to the question"},
    )


class PutRightForm(forms.Form):
    words = forms.CharField(
        label="What have you put right?",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=500,
        error_messages={"required": "Say what you have put right"},
    )


class GradesForm(forms.Form):
    """One choice for each internally assessed unit, with the grade and version that the page was made from."""

    def __init__(self, *args: Any, units: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for unit in units:
            name = self._name(unit)
            self.fields[name] = forms.ChoiceField(
                label=str(unit["unit"]),
                choices=[*([] if unit["grade"] else [(NO_GRADE, "No grade yet")]), *unit["grades"]],
                initial=unit["grade"] or NO_GRADE,
                error_messages={"required": f"Choose a grade for Unit {unit['unit'].number}"},
            )
            self.fields[f"{name}-was"] = forms.CharField(
                widget=forms.HiddenInput, initial=f"{unit['version']}:{unit['grade']}", required=False, max_length=20
            )

    @staticmethod
    def _name(unit: dict[str, Any]) -> str:
        return f"unit-{unit['unit'].number}"

    def grade(self, unit: dict[str, Any]) -> str:
        grade = self.cleaned_data[self._name(unit)]
        return "" if grade == NO_GRADE else grade

    def version(self, unit: dict[str, Any]) -> int:
        version = self._was(unit)[0]
        return int(version) if version.isdecimal() else 0

    def touched(self, unit: dict[str, Any]) -> bool:
        return self.grade(unit) != self._was(unit)[1]

    def _was(self, unit: dict[str, Any]) -> tuple[str, str]:
        version, _, grade = self.cleaned_data[f"{self._name(unit)}-was"].partition(":")
        return version, grade
