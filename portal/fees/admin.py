"""Prices, charges and invoices for staff."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from portal.centres.rules import STAFF_FEES_EDIT, STAFF_FEES_VIEW
from portal.fees.actions import invoice, put_right, set_price, waive
from portal.fees.forms import AmountForm, NewPriceForm, ReasonForm, amount_of
from portal.fees.models import FeeLine, Invoice, Price
from portal.fees.queries.accounts import HEADINGS, account_rows
from portal.fees.rules import FeeKey, Reason
from portal.web.actor import Actor
from portal.web.admin import Act, ActionAdmin, tag_column
from portal.web.words import count, day


def _put_right(actor: Actor, rows: list[Price], cleaned: dict[str, Any]) -> str:
    (price,) = rows
    fresh = put_right(price=price, by=actor.user, at=actor.at, **amount_of(cleaned))
    return f"{fresh}: {fresh.words}. The row that it takes the place of stays readable."


def _set_price(actor: Actor, rows: list[Price], cleaned: dict[str, Any]) -> str:
    (price,) = rows
    fresh = set_price(
        key=FeeKey(price.key),
        family=price.family,
        in_force_from=cleaned["in_force_from"],
        by=actor.user,
        at=actor.at,
        **amount_of(cleaned),
    )
    return f"{fresh}: {fresh.words} from {day(fresh.in_force_from)}."


def _stands(row: Price) -> bool:
    return row.superseded_at is None


@admin.register(Price)
class PriceAdmin(ActionAdmin):
    view_capability = STAFF_FEES_VIEW
    acts = (
        Act(
            name="put-right",
            label="Put this price right",
            run=_put_right,
            capability=STAFF_FEES_EDIT,
            form=AmountForm,
            offered=_stands,
            explanation=(
                "The right amount takes the place of this one from the same day. Charges already made keep their "
                "amount; those that waited for a price get it."
            ),
        ),
        Act(
            name="new",
            label="Set another price from a day on",
            run=_set_price,
            capability=STAFF_FEES_EDIT,
            form=NewPriceForm,
            offered=_stands,
            explanation="This price holds until then. What is charged from that day on is charged at the new one.",
        ),
    )
    list_display = ("service", "family", "year", "in_force_from", "amount", "known", "standing")
    list_filter = ("year", "key", "confirmed")
    show_facets = admin.ShowFacets.NEVER
    ordering = ("key", "family", "-in_force_from", "-id")
    fields = (
        "key",
        "family",
        "year",
        "pence",
        "in_force_from",
        "confirmed",
        "source",
        "set_at",
        "set_by",
        "superseded_at",
        "superseded_by",
    )
    readonly_fields = fields

    def summary(self, request: HttpRequest) -> str:
        standing = Price.objects.filter(superseded_at=None)
        unsure, unknown = standing.filter(confirmed=False).count(), standing.filter(pence=None).count()
        return f"{count(standing.count(), 'price')} in force, {unsure} not confirmed, {unknown} of them not known yet."

    @admin.display(description="Service", ordering="key")
    def service(self, row: Price) -> str:
        return row.get_key_display()

    @admin.display(description="Price", ordering="pence")
    def amount(self, row: Price) -> str:
        return row.words

    @admin.display(description="How it is known", ordering="confirmed")
    def known(self, row: Price) -> str:
        return tag_column("issued", "Confirmed") if row.confirmed else tag_column("soon", "Not confirmed")

    @admin.display(description="Status")
    def standing(self, row: Price) -> str:
        return tag_column("issued", "In force") if _stands(row) else tag_column("neutral", "Put right")


def _waive(actor: Actor, rows: list[FeeLine], cleaned: dict[str, Any]) -> str:
    (line,) = rows
    fell = waive(centre=line.centre, group=line.group, reason=Reason(cleaned["reason"]), by=actor.user, at=actor.at)
    return f"{count(fell, 'charge')} of {line.group} fell away. The centre sees why."


def _invoice(actor: Actor, rows: list[FeeLine], cleaned: dict[str, Any]) -> str:
    (line,) = rows
    made = invoice(centre=line.centre, by=actor.user, at=actor.at)
    return f"Invoice {made.number} to {line.centre}: {made.words}."


def _counts(row: FeeLine) -> bool:
    return row.waived_at is None and row.reversed_at is None and row.reverses_id is None


def _waits(row: FeeLine) -> bool:
    return row.invoice_id is None and row.waived_at is None


@admin.register(FeeLine)
class FeeLineAdmin(ActionAdmin):
    view_capability = STAFF_FEES_VIEW
    acts = (
        Act(
            name="waive",
            label="Let the charges of this request fall away",
            run=_waive,
            capability=STAFF_FEES_EDIT,
            form=ReasonForm,
            offered=_counts,
            explanation="All charges under the same reference fall away. What was invoiced is credited, once.",
        ),
        Act(
            name="invoice",
            label="Invoice the centre",
            run=_invoice,
            capability=STAFF_FEES_EDIT,
            offered=_waits,
            explanation="One invoice takes every priced charge of the centre that no invoice holds, credits included.",
        ),
    )
    list_display = ("group", "centre", "service", "amount", "at", "standing")
    list_filter = ("key", ("invoice", admin.EmptyFieldListFilter))
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("group", "centre__number")
    ordering = ("-id",)
    list_select_related = ("centre", "invoice")
    fields = ("centre", "group", "key", "family", "pence", "at", "waived_at", "reversed_at", "reason", "invoice")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[FeeLine]:
        return super().get_queryset(request).select_related("centre", "invoice")

    @admin.display(description="For", ordering="key")
    def service(self, row: FeeLine) -> str:
        return row.get_key_display()

    @admin.display(description="Amount", ordering="pence")
    def amount(self, row: FeeLine) -> str:
        return row.words

    @admin.display(description="Standing")
    def standing(self, row: FeeLine) -> str:
        if row.waived_at:
            return tag_column("ready", "Waived")
        if row.reversed_at:
            return tag_column("neutral", "Taken back")
        return tag_column("issued", "Invoiced") if row.invoice_id else tag_column("claimed", "Not invoiced")


@admin.register(Invoice)
class InvoiceAdmin(ActionAdmin):
    view_capability = STAFF_FEES_VIEW
    change_list_template = "admin/fees/invoices.html"
    list_display = ("number", "centre", "amount", "at", "by")
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("number", "centre__number")
    ordering = ("-id",)
    list_select_related = ("centre", "by")
    fields = ("number", "centre", "pence", "at", "by")
    readonly_fields = fields

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("accounts.csv", view, name="fees_invoice_export"), *super().get_urls()]

    @admin.display(description="Amount", ordering="pence")
    def amount(self, row: Invoice) -> str:
        return row.words

    def export_view(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Every invoiced line, for the accounts."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = StreamingHttpResponse(_lines(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="invoice-lines.csv"'
        return response


class _Echo:
    """What csv writes into: it hands each line straight back."""

    def write(self, line: str) -> str:
        return line


def _lines() -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(HEADINGS)
    for row in account_rows():
        yield writer.writerow(row)
