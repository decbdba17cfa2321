"""What staff say about prices and charges."""

from decimal import Decimal
from typing import Any

from django import forms

from portal.fees.rules import Reason

POUNDS = "In pounds, such as 42.50. Leave empty while the price is not known."


class AmountForm(forms.Form):
    """An amount, where it is from, and whether a first-hand source bears it out."""

    pounds = forms.DecimalField(
        label="Price", help_text=POUNDS, required=False, min_value=0, max_value=10_000, decimal_places=2
    )
    confirmed = forms.BooleanField(label="Confirmed by the price list", required=False)
    source = forms.CharField(label="Source", max_length=400, help_text="Where the amount stands, for whoever asks.")


class NewPriceForm(AmountForm):
    """Another price from a day on."""

    in_force_from = forms.DateField(label="From", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class ReasonForm(forms.Form):
    reason = forms.ChoiceField(
        label="Why do the charges fall away?",
        choices=[(reason.value, f"{reason.label[0].upper()}{reason.label[1:]}") for reason in Reason],
        widget=forms.RadioSelect,
    )


def amount_of(cleaned: dict[str, Any]) -> dict[str, Any]:
    """What the actions take: whole pence, or None for a price that is not known."""
    pounds: Decimal | None = cleaned["pounds"]
    pence = None if pounds is None else int(pounds * 100)
    return {"pence": pence, "confirmed": cleaned["confirmed"], "source": cleaned["source"]}
