"""One form a screen for the people of a centre."""

from datetime import date
from typing import Any

from django import forms

from portal.accounts.forms import HINT_FOR_NEW, LONGEST_PASSWORD
from portal.accounts.rules import REASONS, RESET_REASONS
from portal.centres.models import Nation
from portal.centres.rules import Bundle, Role, StaffRole
from portal.people.rules import OFFERED

ROLE_HINTS = {
    Role.HEAD: "everything, and the centre's people",
    Role.OFFICER: "claims, grades, learners",
    Role.DEPUTY: "the same as the exams officer",
    Role.QUALITY: "reads claims and learners",
    Role.PROGRAMME: "enters grades, reads claims and learners",
    Role.SENCO: "reads learners",
    Role.READER: "reads everything, changes nothing",
}


def _role_words(role: Role | StaffRole) -> str:
    hint = ROLE_HINTS.get(role) if isinstance(role, Role) else None
    label = f"{role.label[0].upper()}{role.label[1:]}"
    return f"{label}: {hint}" if hint else label


def _day(label: str, *, required: bool, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    words = {
        "required": f"Enter the {label.lower()}.",
        "invalid": f"Enter the {label.lower()} as a date, for example 27/3/2024.",
    }
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget, error_messages=words)


class DatedRoleForm(forms.Form):
    """A role and its days; `roles` are those of the place where it is given."""

    roles: type[Role] | type[StaffRole]

    role = forms.ChoiceField(
        label="Role", widget=forms.RadioSelect, error_messages={"required": "Choose the role they are to have."}
    )
    from_on = _day("First day", required=True)
    to_on = _day("Last day", required=False, help_text="Leave empty when the role has no end.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, _role_words(role)) for role in self.roles]  # type: ignore[attr-defined]

    def chosen_role(self) -> Any:
        return self.roles(self.cleaned_data["role"])


class RoleForm(DatedRoleForm):
    roles = Role


class StaffRoleForm(DatedRoleForm):
    roles = StaffRole


class DelegateForm(forms.Form):
    """What a head lets a member do, and for how long."""

    bundle = forms.ChoiceField(
        label="What they may do",
        choices=[(bundle.value, f"{bundle.label[0].upper()}{bundle.label[1:]}") for bundle in Bundle],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they may do."},
    )
    from_on = _day("First day", required=True)
    to_on = _day("Last day", required=True, help_text="It ends by itself after that day, a year at most.")

    def chosen(self) -> dict[str, Any]:
        return {**self.cleaned_data, "bundle": Bundle(self.cleaned_data["bundle"])}


class InvitedForm(forms.Form):
    """Who is asked in."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter the person's name."})
    email = forms.EmailField(
        label="Email address",
        help_text="The invitation goes there and works for 72 hours.",
        error_messages={
            "required": "Enter the email address that the invitation goes to.",
            "invalid": "Enter a whole email address, for example name@school.example.",
        },
    )
    field_order = ["name", "email", "role", "from_on", "to_on"]


class InviteForm(InvitedForm, RoleForm):
    """Somebody for a role at a centre."""


class TokenForm(forms.Form):
    """A token for a program: what it is called and what it may do."""

    name = forms.CharField(
        label="Name of the program",
        max_length=80,
        help_text="For example the management information system that will use it.",
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=list(OFFERED.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing that the token may do."},
    )


class StaffInviteForm(InvitedForm, StaffRoleForm):
    """Somebody for a role at the awarding organisation."""


class NewCentreForm(forms.Form):
    """A centre and the head who will run its people."""

    number = forms.CharField(label="Centre number", max_length=5, help_text="Five digits.")
    name = forms.CharField(label="Name of the centre", max_length=120)
    nation = forms.ChoiceField(
        label="Nation", choices=Nation.choices, widget=forms.RadioSelect, help_text="Its bank holidays count."
    )
    head_name = forms.CharField(label="Name of the head of centre", max_length=120)
    head_email = forms.EmailField(label="Their email address", help_text="The invitation works for 72 hours.")


class LastDayForm(forms.Form):
    """The last day of a role; `version` tells whether somebody changed it meanwhile."""

    to_on = _day("Last day", required=False, help_text="Leave empty when the role has no end.")
    version = forms.IntegerField(widget=forms.HiddenInput)


class EndForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why staff do something to an account."""

    reason = forms.ChoiceField(
        label="Why",
        choices=list(REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why."},
    )


class ResetForm(forms.Form):
    """Why somebody's second step is to be reset."""

    reason = forms.ChoiceField(
        label="What has happened?",
        choices=list(RESET_REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what has happened."},
    )


class JoinForm(forms.Form):
    """What somebody new says when answering an invitation."""

    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=HINT_FOR_NEW,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="Password again",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", "The two passwords differ. Type the same one twice.")
        return cleaned


def first_days(today: date) -> dict[str, date]:
    """What a role's form starts with."""
    return {"from_on": today}
