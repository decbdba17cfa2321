from typing import Any

from django import forms

from portal.learners.actions import LearnerLine
from portal.learners.models import Learner
from portal.learners.queries.sheets import LONGEST_NAME
from portal.learners.rules.identifiers import uci_fault, uln_fault
from portal.learners.rules.result_sheets import TITLES
from portal.web.words import count


class ResultFileForm(forms.Form):
    """A file of results, of boundaries or of overall grades."""

    kind = forms.ChoiceField(
        label="What the file holds", choices=list(TITLES.items()), error_messages={"required": "Choose what it holds."}
    )
    file = forms.FileField(
        label="File (CSV or Excel)",
        error_messages={"required": "Choose a file.", "empty": "The file is empty.", "missing": "Choose a file."},
    )


class LearnerForm(forms.Form):
    """A learner's record. Empty optional fields empty what is stored."""

    family_name = forms.CharField(max_length=LONGEST_NAME, error_messages={"required": "Enter the family name."})
    given_name = forms.CharField(max_length=LONGEST_NAME, error_messages={"required": "Enter the given name."})
    born_on = forms.DateField(
        label="Date of birth",
        required=False,
        help_text="For example 9/3/2006.",
        input_formats=["%d/%m/%Y", "%Y-%m-%d", "%d %B %Y"],
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages={"invalid": "Enter day, month and year, for example 9/3/2006."},
    )
    uln = forms.CharField(
        label="Unique learner number",
        required=False,
        help_text="Ten digits.",
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    uci = forms.CharField(label="Unique candidate identifier", required=False, help_text="12 or 13 characters.")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_uln(self) -> str:
        uln = self.cleaned_data["uln"].replace(" ", "")
        if uln and (fault := uln_fault(uln)):
            raise forms.ValidationError(f"{fault.reason} {fault.fix}")
        return uln

    def clean_uci(self) -> str:
        uci = self.cleaned_data["uci"].replace(" ", "").upper()
        if uci and (fault := uci_fault(uci)):
            raise forms.ValidationError(f"{fault.reason} {fault.fix}")
        return uci

    def line(self, learner: Learner) -> LearnerLine:
        said = {name: self.cleaned_data[name] for name in ("family_name", "given_name", "born_on", "uln", "uci")}
        return LearnerLine(candidate_number=learner.candidate_number, **said)

    @staticmethod
    def initial_of(learner: Learner) -> dict[str, Any]:
        return {
            name: getattr(learner, name) for name in ("family_name", "given_name", "born_on", "uln", "uci", "version")
        }


class UnitsForm(forms.Form):
    """The optional units of a set, as ticks."""

    units = forms.TypedMultipleChoiceField(
        label="Units that the learner takes besides the mandatory ones",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "A unit in the list is not part of this qualification."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, optional: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(unit.pk, f"{unit}, {count(unit.guided_hours, 'hour')}") for unit in optional]
        self.fields["units"].choices = choices  # type: ignore[attr-defined]
