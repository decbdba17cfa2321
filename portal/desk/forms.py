"""What staff fill in at their own desk."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model

from portal.desk.rules import LONGEST_NAME


class ColleagueField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class FilterForm(forms.Form):
    """What a saved filter is called, and who sees it."""

    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        help_text="For example “Mine, to ring today”.",
        error_messages={"required": "Give it a name"},
    )
    shared = forms.BooleanField(
        label="Share it with colleagues who see this list", required=False, help_text="You alone can change it."
    )


class CoverForm(forms.Form):
    """Who covers, and on which days. Only an administrator is asked who is away."""

    away = ColleagueField(
        label="Who is away", queryset=None, empty_label=None, error_messages={"required": "Say who is away"}
    )
    cover = ColleagueField(
        label="Who covers", queryset=None, empty_label="Choose", error_messages={"required": "Choose a colleague"}
    )
    from_on = forms.DateField(
        label="First day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Say on which day the absence begins"},
    )
    to_on = forms.DateField(
        label="Last day",
        help_text="Both days count. The cover ends by itself after that day.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Say which day is the last"},
    )

    def __init__(self, *args: Any, user: Any, for_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = get_user_model()._default_manager.filter(is_staff=True, is_active=True).order_by("name", "pk")
        self.fields["away"].queryset = people if for_others else people.filter(pk=user.pk)  # type: ignore[attr-defined]
        self.fields["away"].initial = user.pk
        self.fields["cover"].queryset = people if for_others else people.exclude(pk=user.pk)  # type: ignore[attr-defined]
        if not for_others:
            self.fields["away"].widget = forms.HiddenInput()
