"""One form a screen for webhooks."""

from datetime import date

from django import forms

from portal.hooks.rules.addresses import LONGEST_URL
from portal.hooks.rules.events import OFFERED


class HookForm(forms.Form):
    """Where messages go, and which."""

    name = forms.CharField(
        label="Name of the program",
        max_length=80,
        help_text="For example the management information system that is told.",
    )
    url = forms.CharField(
        label="Address",
        max_length=LONGEST_URL,
        help_text="It begins with https:// and takes POST, for example https://mis.college.example/exams-office.",
        widget=forms.URLInput,
    )
    events = forms.MultipleChoiceField(
        label="What it is told of",
        choices=[(kind.value, f"{kind.label} ({kind.value})") for kind in OFFERED],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one event."},
    )


class VersionForm(forms.Form):
    """An act on a webhook; `version` tells whether somebody changed it meanwhile."""

    version = forms.IntegerField(widget=forms.HiddenInput, max_value=2**31 - 1)


class ReplayForm(forms.Form):
    """From which day on to replay what was given up."""

    since = forms.DateField(
        label="Since",
        help_text="Everything that happened on that day or later and was given up is sent once more.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def first_day(today: date) -> dict[str, date]:
    """What the form of a replay starts with."""
    return {"since": today}
