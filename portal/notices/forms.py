from django import forms

from portal.notices.rules import CHOICES


class MailForm(forms.Form):
    """Which messages are mailed as well as shown here."""

    kinds = forms.MultipleChoiceField(
        label="Send me these as mail",
        help_text="Whatever you choose, every message stands on the messages page.",
        choices=list(CHOICES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
