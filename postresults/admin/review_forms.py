"""What staff fill in about a review. Some forms depend on the review: its service, its grades, who is free."""

from collections.abc import Sequence
from typing import Any

from django import forms

from portal.casework.queries import eligible_people
from portal.casework.queries.independence import Verdict
from portal.casework.rules import Part
from portal.catalogue.models import Grade
from portal.clock import london_date
from portal.web.actor import Actor
from postresults.actions.reviewing import award_of
from postresults.forms import MomentField
from postresults.rules.services import Service
from postresults.rules.states import REASONS, REASONS_OF

WORDS = forms.Textarea(attrs={"rows": 4})


class FreeChoice(forms.RadioSelect):
    """Colleagues who are free first; the others cannot be chosen, and their label says why."""

    barred: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.barred:
            option["attrs"]["disabled"] = True
        return option


def reviewer_form(actor: Actor, rows: Sequence[Any]) -> type[forms.Form]:
    """Who reviews, with the guard's verdict on each colleague."""
    verdicts = eligible_people(case=rows[0], part=Part.REVIEWED, on=london_date(actor.at))
    people = {str(verdict.user.pk): verdict.user for verdict in verdicts}
    widget = FreeChoice()
    widget.barred = frozenset(str(verdict.user.pk) for verdict in verdicts if not verdict.free)
    field = forms.TypedChoiceField(
        label="Reviewer",
        choices=[(str(verdict.user.pk), _named(verdict)) for verdict in verdicts],
        coerce=people.__getitem__,
        widget=widget,
        error_messages={"required": "Choose a reviewer", "invalid_choice": "Choose a reviewer from the list"},
    )
    return type("ReviewerForm", (forms.Form,), {"reviewer": field})


def _named(verdict: Verdict) -> str:
    return str(verdict.user.name) if verdict.free else verdict.words


def finding_form(actor: Actor, rows: Sequence[Any]) -> type[forms.Form]:
    """The reviewer's form for one component."""
    request = rows[0].request
    fields: dict[str, Any] = {}
    if request.result is not None:
        fields["mark"] = forms.IntegerField(
            label="Mark after the review",
            min_value=0,
            required=False,
            initial=request.result.mark,
            help_text=f"Now {request.result.mark}, grade {request.result.grade}. The grade follows from the mark.",
            error_messages={"invalid": "Write a whole number", "min_value": "A mark is nought or more"},
        )
    award = award_of(request)
    if award is not None:
        scale = award.registration.programme.qualification.scale_id
        grades = Grade.objects.filter(scale=scale).order_by("-rank").values_list("code", "label")
        fields["overall"] = forms.ChoiceField(
            label="Overall grade after the review", choices=list(grades), initial=award.grade
        )
    fields["reason"] = forms.ChoiceField(
        label="What the review found",
        choices=[(code, REASONS[code]) for code in REASONS_OF.get(Service(request.service), ())],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the review found"},
    )
    fields["comment"] = forms.CharField(
        label="Comment",
        max_length=4000,
        required=False,
        widget=WORDS,
        help_text="The centre reads it. Needed where the mark changes.",
    )
    return type("FindingForm", (forms.Form,), fields)


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label="Why it cannot be accepted", max_length=2000, widget=WORDS, error_messages={"required": "Give the reason"}
    )


class DecisionForm(forms.Form):
    reasons = forms.CharField(
        label="Reasons",
        max_length=4000,
        widget=WORDS,
        help_text="The centre reads them together with what was found for each component.",
        error_messages={"required": "Give the reasons"},
    )


class DelayForm(forms.Form):
    to_on = forms.DateField(
        label="Likely to be finished by",
        help_text="Such as 31/07/2024.",
        error_messages={"required": "Give the day", "invalid": "Write the day as 31/07/2024"},
    )
    reason = forms.CharField(
        label="Why it takes longer", max_length=300, widget=WORDS, error_messages={"required": "Give the reason"}
    )


class ReleaseForm(forms.Form):
    goes_out_at = MomentField(label="They go out at")


class ReceiptForm(forms.Form):
    received_at = MomentField(label="The letter was received at")
