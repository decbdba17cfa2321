"""One form a screen: finding dates, trying a start, moving a date."""

from typing import Any

from django import forms

from deadlines.rules import calendar
from deadlines.rules.limits import LIMITS
from portal.errors import Refused


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FinderForm(forms.Form):
    """Filters of the finder, kept in the address."""

    q = forms.CharField(label="Words", required=False, max_length=80)

    def __init__(self, *args: Any, series: list[tuple[str, str]], families: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["series"] = _choice("Series", "All series", series)
        self.fields["qualification"] = _choice("Qualifications", "All qualifications", list(families.items()))
        # "from" is a word of the language, so the fields of the address are made here.
        self.fields["from"] = _day("From", "Write the first day as a date, such as 2024-07-01.")
        self.fields["to"] = _day("To", "Write the last day as a date, such as 2024-08-31.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("from"), cleaned.get("to")
        if since and until and until < since:
            self.add_error("to", "The last day comes before the first one: change one of the two.")
        return cleaned


def _choice(label: str, everything: str, options: list[tuple[str, str]]) -> forms.ChoiceField:
    wrong = {"invalid_choice": f"“%(value)s” is not in the list: choose again under {label.lower()}."}
    return forms.ChoiceField(label=label, required=False, choices=[("", everything), *options], error_messages=wrong)


def _day(label: str, fault: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DayInput(), error_messages={"invalid": fault})


class TryForm(forms.Form):
    """A start to count a limit from. `start` is London time unless it carries an offset."""

    limit = forms.ChoiceField(
        label="Limit",
        choices=[(row.key, row.rule) for row in LIMITS],
        error_messages={"required": "Choose a limit.", "invalid_choice": "Choose a limit from the list."},
    )
    nation = forms.ChoiceField(
        label="Nation",
        choices=list(calendar.NATION_NAMES.items()),
        error_messages={"required": "Choose a nation.", "invalid_choice": "Choose a nation from the list."},
    )
    start = forms.CharField(
        label="Start",
        max_length=40,
        help_text="Date and UK time, such as 2024-08-22T16:30.",
        error_messages={"required": "Give the start, such as 2024-08-22T16:30."},
    )

    def clean_start(self) -> Any:
        try:
            return calendar.instant_from(self.cleaned_data["start"].strip())
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from None


class ProposeForm(forms.Form):
    """Another date in the place of one that stands."""

    on = forms.DateField(
        label="New date",
        widget=DayInput(),
        error_messages={"required": "Give the new date.", "invalid": "Write the date as 2024-07-05."},
    )
    reason = forms.CharField(
        label="Reason",
        help_text="Centres see it beside the new date.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Give the reason: centres see it beside the new date."},
    )


class ReturnForm(forms.Form):
    """What is wrong with a proposal."""

    remark = forms.CharField(
        label="What has to change",
        help_text="The proposer sees it.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what has to change: the proposer sees it."},
    )


class DateFileForm(forms.Form):
    """A spreadsheet of key dates."""

    file = forms.FileField(
        label="File of key dates",
        error_messages={"required": "Choose a file.", "empty": "The file is empty.", "missing": "Choose a file."},
    )
