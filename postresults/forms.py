"""One form a screen."""

from datetime import datetime
from typing import Any

from django import forms

from deadlines.rules.calendar import instant_from
from portal.catalogue.models import Series
from portal.consent.rules import Purpose
from portal.errors import Refused
from portal.learners.models import Learner
from portal.web.words import count
from postresults.models import Request
from postresults.queries.checking import Checked, Selection


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


class MessageForm(forms.Form):
    """A message to whoever looks after the request."""

    text = forms.CharField(
        label="Write to the review team",
        help_text="Writing does not change the due date.",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={"required": "Write the message."},
    )


class AddressesForm(forms.Form):
    """An address for each learner who has not agreed yet. Empty ones are asked in another way, or later."""

    def __init__(self, *args: Any, wanted: list[tuple[Purpose, Learner]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = wanted
        for purpose, learner in wanted:
            self.fields[self._name(purpose, learner)] = forms.EmailField(
                label=f"Email address of {learner.given_name} {learner.family_name}",
                required=False,
                error_messages={"invalid": "Enter an email address, such as name@example.com."},
            )

    @staticmethod
    def _name(purpose: Purpose, learner: Learner) -> str:
        return f"address-{purpose.value}-{learner.candidate_number}"

    def addresses(self) -> dict[tuple[Purpose, int], str]:
        """By purpose and learner, those that were filled in."""
        found = {(purpose, row.pk): self.cleaned_data[self._name(purpose, row)] for purpose, row in self.wanted}
        return {key: words for key, words in found.items() if words}


class SendForm(forms.Form):
    """The last page of a new request. The declaration is never ticked for you."""

    declaration = forms.BooleanField()
    when_signed = forms.BooleanField(required=False)
    ceiling = forms.DecimalField(
        label="Up to a total of, in pounds",
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        error_messages={"invalid": "Enter an amount in pounds, such as 85 or 42.50."},
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, selection: Selection, concern: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.selection = selection
        if concern:
            self.fields["words"] = concern_words()
        total = count(len(selection.good), "request")
        self.fields["declaration"].label = (
            "I have told each learner that a mark and a grade can go down, stay or go up, and hold their written "
            "consent or wait for it"
        )
        self.fields["declaration"].error_messages["required"] = f"Tick the declaration to submit {total}"
        for line in selection.good:
            if line.asks_place:
                self.fields[self.place_name(line)] = self._place(line)
        if selection.waiting:
            self._when_signed()
        else:
            del self.fields["when_signed"], self.fields["ceiling"]

    def _when_signed(self) -> None:
        waiting = self.selection.waiting
        self.fields["when_signed"].label = f"Send {count(waiting, 'request')} by itself when the learner agrees"
        if waiting > 1:
            self.fields["when_signed"].label = f"Send {count(waiting, 'request')} by themselves as learners agree"
        self.fields["ceiling"].initial = f"{self.selection.exposure.pence / 100:.2f}"
        self.fields["ceiling"].help_text = (
            "Counted over this whole submission. Where it would cost more, we ask you first. "
            "A price that is not known yet is not counted."
        )

    @staticmethod
    def place_name(line: Checked) -> str:
        return f"place-{line.pick.result_id}"

    @staticmethod
    def _place(line: Checked) -> forms.ChoiceField:
        name = f"{line.learner.given_name} {line.learner.family_name}"
        return forms.ChoiceField(
            label=f"Does a place in further or higher education depend on it for {name}, {line.result.unit}?",
            help_text="Either answer is accepted: it tells us what is most urgent.",
            choices=[("yes", "Yes"), ("no", "No")],
            widget=forms.RadioSelect,
            error_messages={"required": f"Say whether a place depends on it for {name}"},
        )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("when_signed") and said.get("ceiling") is None and "ceiling" not in self.errors:
            self.add_error("ceiling", "Enter the highest total that we may charge without asking you.")
        return said

    def places(self) -> dict[int, bool | None]:
        """By the id of the result, the answers about places."""
        lines = [line for line in self.selection.good if line.asks_place]
        return {line.pick.result_id: self.cleaned_data[self.place_name(line)] == "yes" for line in lines}

    def ceiling_pence(self) -> int | None:
        """What was authorised, in pence; None where nothing may wait for consent."""
        if not self.cleaned_data.get("when_signed"):
            return None
        return int(self.cleaned_data["ceiling"] * 100)

    def kept(self) -> dict[str, Any]:
        """The answers that outlive a refusal: all but the declaration."""
        gone = {"declaration", "token", "seen"}
        return {name: value for name, value in self.cleaned_data.items() if name not in gone}


class SignedForm(forms.Form):
    """The requests that the page showed: sent as shown, or not at all."""

    requests = forms.CharField(widget=forms.HiddenInput, max_length=20_000)

    def __init__(self, *args: Any, rows: list[Request], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requests"].initial = ",".join(str(row.pk) for row in rows)

    def clean_requests(self) -> str:
        said = str(self.cleaned_data["requests"])
        if not all(part.isdecimal() and len(part) <= 18 for part in said.split(",")):
            raise forms.ValidationError("Open this page again.")
        return said

    def ids(self) -> list[int]:
        return [int(part) for part in self.cleaned_data["requests"].split(",")]


class DeliverForm(forms.Form):
    """What the centre receives: the comments themselves, or how the original script was sent."""

    words = forms.CharField(
        label="Marking comments, or how the original script was sent",
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=20_000,
        help_text="Comments become a letter that the centre can download for 90 days. Name no learner.",
        error_messages={"required": "Write what the centre receives."},
    )


def concern_words() -> forms.CharField:
    """What a centre is concerned about in a whole cohort."""
    return forms.CharField(
        label="What concerns you about this cohort?",
        help_text="Say what you see in the marks and what you expected. Name no learner.",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        error_messages={"required": "Say what concerns you about this cohort."},
    )


class ModerationForm(forms.Form):
    """One screen: the concern, and that the rule about grades is known. The declaration is never ticked for you."""

    words = concern_words()
    declaration = forms.BooleanField(
        label="The head of centre supports this request",
        error_messages={"required": "Tick that the head of centre supports this request."},
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
