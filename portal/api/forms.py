from django import forms


class TokenForm(forms.Form):
    """The token of a program, to read the documentation with."""

    token = forms.CharField(
        label="API token",
        max_length=200,
        help_text="The one that the centre gave you. It opens this documentation and is not kept.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Paste the token, or sign in."},
    )
