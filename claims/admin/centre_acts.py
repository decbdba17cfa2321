"""What staff do with a centre before the date: ring it, write to it, look after it, give it to a colleague."""

from typing import Any

from django import forms

from claims.actions.caring import give_centres, take_centres
from claims.actions.contacts import log_call, write_to_centres
from claims.models import CentreStanding
from claims.queries.dates import claim_date
from claims.rules.contacts import CALL_OUTCOMES, ContactOutcome
from deadlines.models import KeyDate
from deadlines.queries import current_series
from portal import clock
from portal.centres.queries import staff_who_may
from portal.centres.rules import STAFF_CONTACT
from portal.desk.forms import ColleagueField
from portal.web.actor import Actor
from portal.web.admin import Act
from portal.web.words import count


def claims_due() -> KeyDate:
    """The claims date of the current series."""
    return claim_date(current_series(on=clock.london_date(clock.now())))


class NextContactForm(forms.Form):
    next_contact_on = forms.DateField(
        label="Next contact",
        required=False,
        help_text="For example 2/7/2024. Leave empty when no further contact is needed. The centre reads it.",
        widget=forms.DateInput(attrs={"inputmode": "numeric"}, format="%d/%m/%Y"),
        input_formats=["%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y"],
        error_messages={"invalid": "Write the date like 2/7/2024"},
    )


class CallForm(NextContactForm):
    spoken_to = forms.CharField(
        label="Whom did you speak to?", required=False, max_length=120, help_text="The centre does not read it."
    )
    outcome = forms.ChoiceField(
        label="What came of it",
        choices=[(outcome.value, outcome.label) for outcome in CALL_OUTCOMES],
        widget=forms.RadioSelect,
        error_messages={"required": "Say what came of the call"},
    )
    note = forms.CharField(
        label="Note for colleagues",
        required=False,
        max_length=500,
        help_text="The centre does not read it.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ["outcome", "spoken_to", "note", "next_contact_on"]


class GiveForm(forms.Form):
    """Who gets the centres: those who are in touch with centres today."""

    to = ColleagueField(
        label="Colleague", queryset=None, empty_label="Choose", error_messages={"required": "Choose a colleague"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = staff_who_may(capability=STAFF_CONTACT, on=clock.london_date(clock.now()))
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


def _call(actor: Actor, rows: list[CentreStanding], cleaned: dict[str, Any]) -> str:
    fields = {**cleaned, "outcome": ContactOutcome(cleaned["outcome"])}
    log_call(centre_id=rows[0].pk, series=claims_due().series, by=actor.user, at=actor.at, **fields)
    return f"The call to {rows[0].name} is logged. The centre reads on its pages that we rang."


def _write(actor: Actor, rows: list[CentreStanding], cleaned: dict[str, Any]) -> str:
    ids = [row.pk for row in rows]
    written, left = write_to_centres(centre_ids=ids, series=claims_due().series, by=actor.user, at=actor.at, **cleaned)
    others = f" {count(left, 'centre')} left out: contacted before, or nobody at risk." if left else ""
    return f"{count(written, 'centre')} written to.{others}"


def _take(actor: Actor, rows: list[CentreStanding], cleaned: dict[str, Any]) -> str:
    ids = [row.pk for row in rows]
    taken = take_centres(centre_ids=ids, series=claims_due().series, by=actor.user, at=actor.at)
    return taken.words(f"You look after {count(taken.number, 'more centre', 'more centres')}.")


def _give(actor: Actor, rows: list[CentreStanding], cleaned: dict[str, Any]) -> str:
    ids, to = [row.pk for row in rows], cleaned["to"]
    given = give_centres(centre_ids=ids, series=claims_due().series, to=to, by=actor.user, at=actor.at)
    return given.words(f"{to.name} was given {count(given.number, 'centre')}.")


ACTS = (
    Act("call", "Log a call", _call, STAFF_CONTACT, form=CallForm),
    Act(
        "write",
        "Write to the centre",
        _write,
        STAFF_CONTACT,
        form=NextContactForm,
        bulk=True,
        offered=lambda row: row.contacted_at is None,
        partly=True,
        left_out="contacted before.",
        explanation="Its exams officers get a mail that says how many learners are without a claim, and by when. "
        "A centre that was contacted before is left out.",
    ),
    Act(
        "take",
        "Take",
        _take,
        STAFF_CONTACT,
        bulk=True,
        explanation="You look after them until the date. What somebody else looks after is left to them.",
    ),
    Act(
        "assign",
        "Give to a colleague",
        _give,
        STAFF_CONTACT,
        form=GiveForm,
        bulk=True,
        explanation="They look after them from now on and are told. Somebody who has an interest in a centre is "
        "refused, with the reason; the others are given.",
    ),
)
