"""What staff fill in about a case."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model

from portal.casework.rules import Part
from portal.desk.forms import ColleagueField

_WORDS = forms.Textarea(attrs={"rows": 4})


class AssignForm(forms.Form):
    """Who gets a case, and to do what. The action asks for the permission, and the guard has the last word."""

    to = ColleagueField(
        label="Colleague", queryset=None, empty_label="Choose", error_messages={"required": "Choose a colleague"}
    )
    part = forms.ChoiceField(
        label="What they will do",
        choices=[
            (Part.ASSIGNED.value, "Look after the case"),
            (Part.REVIEWED.value, "Review it"),
            (Part.INVESTIGATED.value, "Investigate it"),
            (Part.DECIDED.value, "Decide it"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say what they will do"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = get_user_model()._default_manager.filter(is_staff=True, is_active=True)
        self.fields["to"].queryset = people.order_by("name", "pk")  # type: ignore[attr-defined]


class MessageForm(forms.Form):
    text = forms.CharField(
        label="Message to the centre",
        max_length=4000,
        widget=_WORDS,
        help_text="The mail that announces it says only that there is a message.",
        error_messages={"required": "Write the message"},
    )


class NoteForm(forms.Form):
    kind = forms.ChoiceField(
        label="What it is",
        choices=[("internal", "A note for colleagues, which the centre never reads"), ("call", "A telephone call")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say what it is"},
    )
    text = forms.CharField(
        label="What was said or found", max_length=4000, widget=_WORDS, error_messages={"required": "Write the note"}
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Reason", max_length=400, widget=_WORDS, error_messages={"required": "Give the reason"}
    )
