"""One form a screen: when results come out."""

from datetime import datetime
from typing import Any

from django import forms

from deadlines.rules.calendar import instant_from
from portal.catalogue.models import Series
from portal.errors import Refused


class SeedForm(forms.Form):
    """The series whose results days set the moments."""

    series = forms.ModelChoiceField(
        Series.objects.none(), label="Series", error_messages={"required": "Choose a series."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["series"]
        field.queryset = Series.objects.filter(key_dates__key__startswith="results.").distinct().order_by("-code")


class MomentField(forms.CharField):
    """A UK date and time, such as 2024-08-15 08:00."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=16, help_text="UK date and time, such as 2024-08-15 08:00.", **kwargs)

    def clean(self, value: Any) -> datetime:
        try:
            return instant_from(super().clean(value).replace(" ", "T"))
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from None


class MomentsForm(forms.Form):
    """The two moments of one series and level, and where they are written."""

    to_centres_at = MomentField(label="To centres")
    to_candidates_at = MomentField(label="To candidates")
    source = forms.CharField(max_length=300, error_messages={"required": "Say where the moments are written."})
    reason = forms.CharField(
        max_length=300, required=False, help_text="Needed when they do not lie near the results day."
    )
