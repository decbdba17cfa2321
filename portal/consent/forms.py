"""One form a screen: the learner's answer, and what an officer does about consents."""

from collections.abc import Sequence
from typing import Any

from django import forms

from portal.consent.models import Consent
from portal.consent.rules import Purpose, Way
from portal.learners.models import Result

ANSWERS = (("yes", "Yes"), ("no", "No"))
NAMED = (("named", "With my name"), ("anonymised", "Without my name"))
WAYS = (
    (Way.LINK.value, "Ask by email: the learner answers on a phone, from a link of their own"),
    (Way.QR.value, "QR code for the room: a sheet to print, which the learner scans"),
    (Way.PAPER.value, "Paper held: the learner has signed, and somebody here keeps the paper"),
    (Way.UPLOAD.value, "Upload: a scan or photograph of the signed paper"),
)


class AnswerForm(forms.Form):
    """The learner's answer. Nothing is chosen beforehand."""

    answer = forms.ChoiceField(
        label="Your answer",
        choices=ANSWERS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
    named = forms.ChoiceField(
        label="If yes, how may your paper be used?", choices=NAMED, widget=forms.RadioSelect, required=False
    )
    typed_name = forms.CharField(
        label="Type your full name",
        help_text="This counts as your signature.",
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": "Type your full name. It counts as your signature."},
    )
    witness_name = forms.CharField(
        label="Did somebody read this to you or type for you? Their name",
        max_length=120,
        required=False,
    )
    copy_to = forms.EmailField(
        label="Where should we send your copy? Email address", required=False, widget=forms.EmailInput
    )

    def __init__(self, *args: Any, consent: Consent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if consent.purpose != Purpose.TEACHING.value:
            del self.fields["named"]
        if consent.contact_email:
            del self.fields["copy_to"]

    def said(self) -> dict[str, Any]:
        """What the action takes."""
        cleaned = self.cleaned_data
        named = cleaned.get("named")
        return {
            "yes": cleaned["answer"] == "yes",
            "named": named == "named" if named else None,
            "typed_name": cleaned["typed_name"],
            "witness_name": cleaned["witness_name"],
            "copy_to": cleaned.get("copy_to", ""),
        }


class ConsentForm(forms.Form):
    """One learner's consent for some of their papers, in one of the four ways. Made for one learner."""

    papers = forms.TypedMultipleChoiceField(
        label="Papers",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one paper."},
    )
    purpose = forms.ChoiceField(
        label="What for",
        choices=[(purpose.value, f"{purpose.label[0].upper()}{purpose.label[1:]}") for purpose in Purpose],
        widget=forms.RadioSelect,
    )
    way = forms.ChoiceField(label="How", choices=WAYS, widget=forms.RadioSelect)
    contact_email = forms.EmailField(
        label="The learner’s email address",
        help_text="To ask by email. Kept with this consent only, and erased with it.",
        required=False,
    )
    held_by = forms.CharField(label="Who holds the paper", help_text="For paper held.", max_length=120, required=False)
    signed_on = forms.DateField(
        label="Signed on",
        help_text="For paper held or an upload.",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    file = forms.FileField(
        label="The signed paper",
        help_text="For an upload: PDF, JPEG or PNG, up to 5 MB.",
        required=False,
        widget=forms.FileInput({"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    named = forms.ChoiceField(
        label="Use in teaching, on a signed paper",
        choices=(("named", "With the learner’s name"), ("anonymised", "Without it")),
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, results: Sequence[Result], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.results = {result.pk: result for result in results}
        self.fields["papers"].choices = [  # type: ignore[attr-defined]
            (result.pk, f"{result.unit}, {result.series}: grade {result.grade}") for result in results
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        way = cleaned.get("way")
        if (
            way in (Way.PAPER.value, Way.UPLOAD.value)
            and not cleaned.get("signed_on")
            and "signed_on" not in self.errors
        ):
            self.add_error("signed_on", "Enter the day of the signature.")
        if way == Way.UPLOAD.value and not cleaned.get("file") and "file" not in self.errors:
            self.add_error("file", "Choose the file to upload.")
        return cleaned

    def chosen_papers(self) -> list[Result]:
        return [self.results[pk] for pk in self.cleaned_data["papers"]]

    def chosen_use(self) -> bool | None:
        """Named (True) or anonymised (False) use in teaching, or nothing said."""
        said = self.cleaned_data["named"]
        return said == "named" if said else None


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="How did the learner tell you?",
        help_text="For example: “Told me in person on results day.” Kept with the consent.",
        max_length=300,
        error_messages={"required": "Say how the learner told you, or why you take it back."},
    )
