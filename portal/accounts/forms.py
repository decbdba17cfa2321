"""The forms of signing in, in the house's words."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

# Long passphrases are welcome; a megabyte of one is not hashed.
LONGEST_PASSWORD = 1000
HINT_FOR_NEW = (
    "At least 12 characters. Three or four words that do not belong together work well; spaces are welcome. "
    "Leave out your name, your centre, exam boards, and seasons with a year."
)
CODE_HINT = "Six digits from your authenticator app. They change every 30 seconds."


def _plain(form: forms.Form) -> None:
    """No placeholders: they vanish while one types. Labels and hints say it."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
        if isinstance(field.widget, forms.PasswordInput):
            field.validators.append(MaxLengthValidator(LONGEST_PASSWORD))
            field.widget.attrs["maxlength"] = str(LONGEST_PASSWORD)


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Email address"
        self.fields["password"].help_text = ""
        _plain(self)


class ForgottenForm(ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Email address"
        _plain(self)


def _new_password(form: forms.Form) -> None:
    form.fields["password1"].label, form.fields["password1"].help_text = "New password", HINT_FOR_NEW
    form.fields["password2"].label = "New password again"
    _plain(form)


class NewPasswordForm(ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class OtherPasswordForm(ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label, self.fields["oldpassword"].help_text = "Your password now", ""
        _new_password(self)


class CodeForm(AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "One-time code"
        self.fields["code"].help_text = CODE_HINT + " A recovery code (eight digits) works too, once."
        self.fields["code"].widget.attrs.update({"inputmode": "numeric", "autofocus": True})
        _plain(self)


class SetUpForm(ActivateTOTPForm):
    """The secret waits in the session encrypted, and the code that activates it cannot be used to sign in again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session, box = context.request.session, get_adapter()
        if waiting := session.get(SECRET_SESSION_KEY):
            session[SECRET_SESSION_KEY] = box.decrypt(waiting)
        super().__init__(*args, **kwargs)
        session[SECRET_SESSION_KEY] = box.encrypt(self.secret)
        self.fields["code"].label, self.fields["code"].help_text = "One-time code", CODE_HINT
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
        _plain(self)

    def clean_code(self) -> str:
        code = str(super().clean_code())
        spent = not TOTP(Authenticator(user=self.user))._mark_code_used(code)
        if spent:
            raise get_adapter().validation_error("incorrect_code")
        return code


LONGEST_NAME = 60
NAME_HINT = "So that you know it again, for example “Work laptop” or “My phone”."


class PasskeyForm(AddWebAuthnForm):
    """Every passkey signs in by itself, so there is nothing to choose but its name."""

    passwordless = None
    name = forms.CharField(label="Name of the passkey", required=False, max_length=LONGEST_NAME, help_text=NAME_HINT)

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except ValidationError:
            raise ValidationError("That passkey could not be added. Try again, or use another device.") from None


class PasskeyNameForm(EditWebAuthnForm):
    name = forms.CharField(
        label="Name of the passkey",
        max_length=LONGEST_NAME,
        help_text=NAME_HINT,
        error_messages={"required": "Enter a name for the passkey."},
    )


class PasskeyAgainForm(AuthenticateWebAuthnForm):
    """A passkey of the person who was here, in place of their password. Counts against the limits of codes."""


class PasswordAgainForm(forms.Form):
    """Who was here still is. `check` says whether a password is theirs, and counts failures."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, check: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.check = check

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not self.check(password):
            raise ValidationError("That is not your password.")
        return str(password)
