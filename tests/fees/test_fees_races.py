"""Invoices at once get numbers of their own and no line twice. The control reads the number before it writes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection

from portal.errors import Refused
from portal.fees.actions import Charge, charge, invoice, load_prices, waive
from portal.fees.models import FeeLine, Invoice
from portal.fees.rules import FeeKey, Reason, invoice_number
from tests.factories.people import CentreFactory, UserFactory
from tests.fees.test_fees import AT, BTEC, rows

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def together(acts: list[Any]) -> list[str]:
    barrier = Barrier(len(acts))

    def one(act: Any) -> str:
        try:
            barrier.wait(timeout=10)
            act()
        except (Refused, IntegrityError) as fault:
            return type(fault).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def charged(by: Any, group: str) -> Any:
    centre = CentreFactory()
    charge(centre=centre, group=group, charges=[Charge(FeeKey.SERVICE_2, BTEC)] * 2, by=by, at=AT)
    return centre


def test_numbers_run_without_gap_or_double() -> None:
    load_prices(rows=rows(), at=AT)
    by = UserFactory()
    centres = [charged(by, f"R24-{number}") for number in range(6)]
    assert together([lambda c=centre: invoice(centre=c, by=by, at=AT) for centre in centres]) == ["done"] * 6
    assert sorted(Invoice.objects.values_list("number", flat=True)) == [invoice_number(2024, n) for n in range(1, 7)]


def test_one_centre_invoiced_at_once_is_invoiced_once() -> None:
    load_prices(rows=rows(), at=AT)
    by = UserFactory()
    centre = charged(by, "R24-1")
    came_of = together([lambda: invoice(centre=centre, by=by, at=AT)] * 4)
    assert sorted(came_of) == ["Refused"] * 3 + ["done"]
    assert (Invoice.objects.count(), Invoice.objects.get().pence) == (1, 8500)


def test_taken_back_at_once_is_credited_once() -> None:
    load_prices(rows=rows(), at=AT)
    by = UserFactory()
    centre = charged(by, "R24-1")
    invoice(centre=centre, by=by, at=AT)
    together([lambda: waive(centre=centre, group="R24-1", reason=Reason.UPHELD, by=by, at=AT)] * 4)
    assert FeeLine.objects.filter(reverses__isnull=False).count() == 2


def test_control_a_number_that_is_read_first_is_given_twice() -> None:
    by = UserFactory()
    looked = Barrier(3)

    def careless(centre: Any) -> None:
        number = invoice_number(2024, Invoice.objects.count() + 1)
        looked.wait(timeout=10)
        Invoice.objects.create(centre=centre, number=number, pence=0, at=AT, by=by)

    centres = [CentreFactory() for _ in range(3)]
    came_of = together([lambda c=centre: careless(c) for centre in centres])
    assert sorted(came_of) == ["IntegrityError"] * 2 + ["done"]
