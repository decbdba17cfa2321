from typing import Any

from django import forms

from portal.accounts.models import User

NOBODY = "Choose somebody in the list."


class ChoosePerson(forms.Form):
    """Who to be. `user` is the person, once the form is valid."""

    email = forms.EmailField(
        error_messages={"required": "Choose who to be.", "invalid": "Choose somebody in the list."}
    )

    user: User

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None:
            raise forms.ValidationError(NOBODY)
        self.user = user
        return email

    def words(self) -> str:
        """What is wrong, in one sentence."""
        errors: Any = self.errors.get("email")
        return errors[0] if errors else ""
