"""How the claims of every centre stand, for the staff who ring before the date; and what a centre knows of it."""

from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from claims.models import CentreStanding, Contact, Readiness
from claims.queries.dates import CLAIM_KEYS
from claims.rules import State
from claims.rules.contacts import ContactOutcome, follow_up, told
from portal.catalogue.models import Series
from portal.centres.models import Membership
from portal.centres.rules import Role
from portal.clock import london_date
from portal.web.actor import Actor

AT_RISK = (State.READY.value, State.BLOCKED.value)
MADE = (State.CLAIMED.value, State.ISSUED.value)


def _counted(series: Series, *states: str, **only: str) -> Any:
    rows = Readiness.objects.filter(series=series, centre=OuterRef("pk"), state__in=states, **only)
    counted = rows.order_by().values("centre").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _last(series: Series, field: str) -> Any:
    return Subquery(Contact.objects.filter(series=series, centre=OuterRef("pk")).order_by("-pk").values(field)[:1])


def centre_standings(*, series: Series) -> QuerySet[Any]:
    """Every centre with learners expected in the series: ready, blocked, made, at_risk, and the last contact."""
    expected = Readiness.objects.filter(series=series, centre=OuterRef("pk"), state__in=AT_RISK + MADE)
    centres: QuerySet[Any] = CentreStanding.objects.filter(Exists(expected), suspended_at=None)
    return centres.annotate(
        ready=_counted(series, State.READY.value),
        blocked=_counted(series, State.BLOCKED.value),
        at_risk=F("ready") + F("blocked"),
        made=_counted(series, *MADE),
        contacted_at=_last(series, "at"),
        contact_outcome=_last(series, "outcome"),
        next_contact_on=_last(series, "next_contact_on"),
    )


def with_kinds(rows: QuerySet[Any], *, series: Series) -> QuerySet[Any]:
    """Adds how many are at risk by kind of claim, for a series whose kinds have days of their own: `risk_cash_in`."""
    return rows.annotate(**{f"risk_{kind}": _counted(series, *AT_RISK, kind=kind) for kind in CLAIM_KEYS})


def kinds_at_risk(*, centre: Any, series: Series) -> set[str]:
    """The kinds of claim that are still to be made at a centre."""
    rows = Readiness.objects.filter(series=series, centre=centre.pk, state__in=AT_RISK)
    return set(rows.values_list("kind", flat=True).distinct())


def has_risk(*, series: Series) -> Exists:
    """Whether a centre has anybody at risk: cheaper than counting them."""
    return Exists(Readiness.objects.filter(series=series, centre=OuterRef("pk"), state__in=AT_RISK))


def has_made(*, series: Series) -> Exists:
    """Whether a centre has made any claim that stands."""
    return Exists(Readiness.objects.filter(series=series, centre=OuterRef("pk"), state__in=MADE))


def was_contacted(*, series: Series) -> Exists:
    """Whether we were ever in touch with a centre about the series."""
    return Exists(Contact.objects.filter(series=series, centre=OuterRef("pk")))


def wants_contact(rows: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    """Those whose day of the next contact has come."""
    return rows.filter(next_contact_on__lte=on)


def contacts_with(*, centre: Any, series: Series | str) -> list[Contact]:
    """Everything that was said with a centre about a series, the newest first."""
    return list(Contact.objects.filter(centre=centre.pk, series=series).select_related("by").order_by("-pk"))


def whom_to_ring(*, centre: Any, on: date) -> list[str]:
    """The exams office of a centre, then its head: who to ask for, and an address. No telephone number is held."""
    roles = [Role.OFFICER, Role.DEPUTY, Role.HEAD]
    rank = {role.value: number for number, role in enumerate(roles)}
    rows = Membership.objects.in_force(on=on).filter(centre=centre.pk, role__in=list(rank), user__is_active=True)
    ordered = sorted(rows.select_related("user"), key=lambda row: (rank[row.role], row.user.name))
    return [f"{row.user.name}, {Role(row.role).label}, {row.user.email}" for row in ordered]


def last_contact(*, actor: Actor, series: Series) -> str:
    """When we were last in touch with the centre, in its words; nothing when we were not. One query."""
    row = Contact.objects.visible_to(actor).filter(series=series).order_by("-pk").first()
    if row is None:
        return ""
    words = told(outcome=ContactOutcome(row.outcome), on=london_date(row.at), learners=row.learners)
    return f"{words} {follow_up(next_contact_on=row.next_contact_on)}".strip()
