"""The staff's list before the date: which centres have learners at risk, and when each was last contacted."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import CharField, DateField, QuerySet, Value
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from claims.admin.centre_acts import ACTS, claims_due
from claims.admin.filters import PlainFilter, WhoseFilter
from claims.models import CentreStanding
from claims.queries import caring, contacts
from claims.queries.dates import CLAIM_WORDS, claim_days, days_by_kind
from claims.rules.contacts import ContactOutcome, Progress, progress
from deadlines.models import KeyDate
from deadlines.rules.labels import due_label
from portal import clock
from portal.centres.rules import STAFF_STANDING_VIEW
from portal.desk.rules import owner_words
from portal.web.admin import ActionAdmin, due_column, tag_column
from portal.web.words import count, day, day_short

_TONES = {Progress.NOT_STARTED: "late", Progress.UNDER_WAY: "soon", Progress.DONE: "issued"}


def _today() -> date:
    return clock.london_date(clock.now())


def _due(request: HttpRequest) -> KeyDate:
    """The claims date of the current series, asked once a request."""
    if not hasattr(request, "_claims_due"):
        request._claims_due = claims_due()  # type: ignore[attr-defined]
    return request._claims_due  # type: ignore[attr-defined]


def _days(request: HttpRequest) -> dict[str, KeyDate]:
    """Kind of claim → its date, asked once a request."""
    if not hasattr(request, "_claims_days"):
        request._claims_days = days_by_kind(_due(request).series)  # type: ignore[attr-defined]
    return request._claims_days  # type: ignore[attr-defined]


class ProgressFilter(PlainFilter):
    """Centres with somebody at risk, unless something else is asked for."""

    title = "how far they are"
    parameter_name = "progress"
    first = "At risk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((one.value, one.label) for one in Progress), ("all", "Every centre")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        series = _due(request).series
        risk, made = contacts.has_risk(series=series), contacts.has_made(series=series)
        if self.value() == "all":
            return queryset
        if self.value() == Progress.DONE.value:
            return queryset.filter(~risk)
        if self.value() == Progress.NOT_STARTED.value:
            return queryset.filter(risk, ~made)
        return queryset.filter(risk, made) if self.value() == Progress.UNDER_WAY.value else queryset.filter(risk)


class ContactFilter(PlainFilter):
    title = "contact"
    parameter_name = "contact"
    first = "Any"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("never", "At risk and not contacted"), ("due", "To contact again today"), ("made", "Contacted")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        series = _due(request).series
        contacted = contacts.was_contacted(series=series)
        if self.value() == "never":
            return queryset.filter(contacts.has_risk(series=series), ~contacted)
        if self.value() == "due":
            return contacts.wants_contact(queryset, on=_today())
        return queryset.filter(contacted) if self.value() == "made" else queryset


@admin.register(CentreStanding)
class CentreStandingAdmin(ActionAdmin):
    view_capability = STAFF_STANDING_VIEW
    next_label = "Take the next centre"
    counted_as = "centres"
    acts = ACTS
    list_display = (
        "told_centre",
        "looked_after_by",
        "stands",
        "risk",
        "claims_made",
        "due",
        "last_contact",
        "next_contact",
    )
    list_filter = (WhoseFilter, ProgressFilter, ContactFilter)
    search_fields = ("number", "name")
    search_help_text = "Centre number or name"
    fields = ("told_centre", "looked_after_by", "stands", "risk", "claims_made", "due", "ring", "history")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        due = _due(request)
        rows = contacts.centre_standings(series=due.series).annotate(
            due_on=Value(due.on, output_field=DateField()), series_code=Value(due.series_id, output_field=CharField())
        )
        days = _days(request)
        if len(claim_days(days)) > 1:
            on = {f"due_{kind}": Value(row.on, output_field=DateField()) for kind, row in days.items()}
            rows = contacts.with_kinds(rows, series=due.series).annotate(**on)
        owned = caring.with_owner(rows, centre="pk", series=due.series, on=_today())
        return owned.order_by("-at_risk", "number")

    def summary(self, request: HttpRequest) -> str:
        due = _due(request)
        series = due.series
        risk = CentreStanding.objects.filter(contacts.has_risk(series=series), suspended_at=None)
        never = risk.exclude(contacts.was_contacted(series=series)).count()
        return (
            f"{_due_words(_days(request))} "
            f"{count(risk.count(), 'centre')} with learners at risk, {never:,} of them not contacted."
        )

    @admin.display(description="Centre", ordering="number")
    def told_centre(self, row: Any) -> str:
        return f"{row.number} {row.name}"

    @admin.display(description="Looked after by", ordering="owner_name")
    def looked_after_by(self, row: Any) -> str:
        return owner_words(name=row.owner_name, cover=row.cover_name)

    @admin.display(description="How far")
    def stands(self, row: Any) -> str:
        found = progress(at_risk=row.at_risk, made=row.made)
        return tag_column(_TONES[found], found.label)

    @admin.display(description="At risk", ordering="at_risk")
    def risk(self, row: Any) -> str:
        return f"{row.at_risk:,}: {row.ready:,} ready, {row.blocked:,} blocked"

    @admin.display(description="Claimed", ordering="made")
    def claims_made(self, row: Any) -> str:
        return f"{row.made:,} of {row.made + row.at_risk:,}"

    @admin.display(description="Claim by")
    def due(self, row: Any) -> str:
        """One day; where the kinds of claim have days of their own, each with how many are at risk by it."""
        if not hasattr(row, "risk_cash_in"):
            return _due_column(row.due_on)
        kinds = [(getattr(row, f"due_{kind}"), getattr(row, f"risk_{kind}"), kind) for kind in CLAIM_WORDS]
        lines = [
            (f"{CLAIM_WORDS[kind]}, {number:,} at risk:", _due_column(on))
            for on, number, kind in sorted(kinds)
            if number
        ]
        return format_html_join("", "<div>{} {}</div>", lines)

    @admin.display(description="Last contact", ordering="contacted_at")
    def last_contact(self, row: Any) -> str:
        if row.contacted_at is None:
            return "Not contacted"
        return f"{day_short(row.contacted_at)}: {ContactOutcome(row.contact_outcome).label.lower()}"

    @admin.display(description="Next contact", ordering="next_contact_on")
    def next_contact(self, row: Any) -> str:
        return day_short(row.next_contact_on) if row.next_contact_on else ""

    @admin.display(description="Whom to ring")
    def ring(self, row: Any) -> str:
        people = contacts.whom_to_ring(centre=row, on=_today())
        lines = [*(people or ["Nobody has a role there."]), "We hold no telephone number for the centre."]
        return format_html_join("", "{}<br>", ((line,) for line in lines))

    @admin.display(description="Contacts")
    def history(self, row: Any) -> str:
        found = contacts.contacts_with(centre=row, series=row.series_code)
        lines = format_html_join("", "<div>{}</div>", ((_line(contact),) for contact in found))
        return lines or format_html("<div>{}</div>", "Not contacted yet.")


def _due_column(on: date) -> str:
    label, tone = due_label(due_on=on, today=_today())
    return due_column({"on": on, "label": label, "tone": tone})


def _due_words(days: dict[str, KeyDate]) -> str:
    """ "Claims are due by Friday 5 July 2024: 7 days left."; a sentence a kind where their days fall apart."""
    told = [(what or "Claims", row.on) for what, row in claim_days(days).items()]
    labels = [due_label(due_on=on, today=_today())[0].lower() for _, on in told]
    return " ".join(f"{what} are due by {day(on)}: {left}." for (what, on), left in zip(told, labels, strict=True))


def _line(contact: Any) -> str:
    said = ContactOutcome(contact.outcome).label
    later = f" Next contact {day_short(contact.next_contact_on)}." if contact.next_contact_on else ""
    spoken = f" ({contact.spoken_to})" if contact.spoken_to else ""
    told = f"{day(contact.at)}: {said}{spoken} about {count(contact.learners, 'learner')}, by {contact.by.name}."
    return f"{told} {contact.note}{later}"
