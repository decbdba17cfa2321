import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.errors import Refused, Stale
from portal.fees.actions import Charge, charge, invoice, load_prices, put_right, set_price, waive
from portal.fees.models import FeeLine, Invoice, Price
from portal.fees.queries import price, total
from portal.fees.queries.accounts import HEADINGS, account_rows
from portal.fees.rules import Exposure, FeeKey, Reason, academic_year, exposure, pounds
from portal.web.actor import Actor
from tests.factories.people import CentreFactory, MembershipFactory, StaffMembershipFactory, UserFactory, signed_in

AT = datetime(2024, 8, 20, 10, 0, tzinfo=UTC)
BTEC = "btec_l3_nationals"
DATA = Path(__file__).resolve().parents[2] / "portal" / "fees" / "data" / "prices.json"


def rows() -> list[dict[str, Any]]:
    return json.loads(DATA.read_text())["prices"]


@pytest.mark.parametrize(
    ("pence", "words"),
    [
        (4250, "£42.50"),
        (300, "£3.00"),
        (0, "£0.00"),
        (5, "£0.05"),
        (120400, "£1,204.00"),
        (-300, "−£3.00"),
        (None, "price not known yet"),
    ],
)
def test_money_in_words(pence, words):
    assert pounds(pence) == words


@pytest.mark.parametrize(
    ("on", "year"), [(date(2024, 8, 31), "2023-24"), (date(2024, 9, 1), "2024-25"), (date(2099, 9, 1), "2099-00")]
)
def test_a_year_runs_from_september(on, year):
    assert academic_year(on) == year


@given(st.lists(st.one_of(st.none(), st.integers(0, 100_000)), max_size=20))
def test_exposure_counts_what_is_not_known_and_never_as_nothing(amounts):
    lines = [FeeLine(pence=amount) for amount in amounts]
    known = [amount for amount in amounts if amount is not None]
    assert exposure(lines) == Exposure(sum(known), len(amounts) - len(known))


# --- with a database ---


@pytest.fixture
def centre(db):
    load_prices(rows=rows(), at=AT)
    return CentreFactory()


@pytest.fixture
def by(db):
    return UserFactory()


def owed(centre) -> Exposure:
    return total(actor=Actor(user=None, centre=centre, at=AT))


def charged(centre, by, *keys: FeeKey, group: str = "R24-00042"):
    keys = keys or (FeeKey.SERVICE_2, FeeKey.MARKING_COMMENTS)
    return charge(centre=centre, group=group, charges=[Charge(key, BTEC) for key in keys], by=by, at=AT)


def test_the_price_of_the_day_the_family_before_all(centre):
    own = price(key=FeeKey.SERVICE_2, family=BTEC, on=date(2024, 8, 20))
    assert (own.pence, own.confirmed) == (4250, False)
    assert price(key=FeeKey.MARKING_COMMENTS, family=BTEC, on=date(2024, 8, 20)).confirmed
    assert price(key=FeeKey.SERVICE_2, family="edx_as_a_level", on=date(2025, 8, 31)) is None
    assert price(key=FeeKey.SERVICE_2, family="edx_as_a_level", on=date(2025, 9, 1)).pence == 5700
    assert price(key=FeeKey.SERVICE_2, family="edx_as_a_level", on=date(2025, 9, 1)).confirmed is False


def test_every_seeded_price_says_where_it_is_from_and_loading_twice_adds_none(centre):
    assert not Price.objects.filter(source="").exists()
    assert load_prices(rows=rows(), at=AT) == 0
    assert Price.objects.count() == len(rows())


def test_put_right_once_and_lines_that_waited_get_their_price(centre, by):
    charged(centre, by, FeeKey.REVIEWED_SCRIPT, FeeKey.SERVICE_2)
    assert owed(centre) == Exposure(4250, 1)
    unknown = Price.objects.get(key=FeeKey.REVIEWED_SCRIPT.value)
    said = {"pence": 1150, "confirmed": True, "source": "Price list 2023-24.", "by": by, "at": AT}
    fresh = put_right(price=unknown, **said)
    assert owed(centre) == Exposure(5400, 0)
    with pytest.raises(Stale):
        put_right(price=unknown, **said)
    unknown.refresh_from_db()
    assert (unknown.pence, unknown.superseded_by) == (None, fresh)
    service = Price.objects.get(key=FeeKey.SERVICE_2.value, family=BTEC)
    put_right(price=service, **said)
    assert owed(centre) == Exposure(5400, 0), "what was charged at a price stays"


def test_another_price_from_a_day_on(centre, by):
    said = {"key": FeeKey.SERVICE_2, "family": BTEC, "confirmed": False, "source": "List.", "by": by, "at": AT}
    set_price(pence=4400, in_force_from=date(2024, 9, 1), **said)
    assert price(key=FeeKey.SERVICE_2, family=BTEC, on=date(2024, 8, 31)).pence == 4250
    assert price(key=FeeKey.SERVICE_2, family=BTEC, on=date(2024, 9, 1)).pence == 4400
    with pytest.raises(Refused):
        set_price(pence=4500, in_force_from=date(2024, 9, 1), **said)


def test_waived_whole_and_once(centre, by):
    charged(centre, by)
    charged(centre, by, FeeKey.SERVICE_1, group="R24-00043")
    assert waive(centre=centre, group="R24-00042", reason=Reason.GRADE_CHANGED, by=by, at=AT) == 2
    assert waive(centre=centre, group="R24-00042", reason=Reason.GRADE_CHANGED, by=by, at=AT) == 0
    assert owed(centre) == Exposure(1200, 0)
    with pytest.raises(Refused):
        waive(centre=CentreFactory(), group="R24-00042", reason=Reason.UPHELD, by=by, at=AT)


def test_invoiced_then_taken_back_by_a_credit_once(centre, by):
    charged(centre, by)
    first = invoice(centre=centre, by=by, at=AT)
    assert (first.number, first.pence) == ("INV-2024-00001", 4550)
    assert waive(centre=centre, group="R24-00042", reason=Reason.UPHELD, by=by, at=AT) == 2
    assert waive(centre=centre, group="R24-00042", reason=Reason.UPHELD, by=by, at=AT) == 0
    assert owed(centre) == Exposure(0, 0)
    second = invoice(centre=centre, by=by, at=AT)
    assert (second.number, second.pence) == ("INV-2024-00002", -4550)
    with pytest.raises(Refused):
        invoice(centre=centre, by=by, at=AT)


STEPS = st.lists(st.sampled_from(["charge A", "charge B", "waive A", "waive B", "invoice"]), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)  # the database of a busy machine
@given(steps=STEPS)
@pytest.mark.django_db
def test_whatever_happens_the_total_is_what_stands_and_invoices_never_ask_for_less_than_nothing(steps):
    load_prices(rows=rows(), at=AT)
    centre, by = CentreFactory(), UserFactory()
    stands: dict[str, int] = {"A": 0, "B": 0}
    for step in steps:
        act, _, group = step.partition(" ")
        if act == "charge":
            charged(centre, by, group=group)
            stands[group] += 4550
        elif act == "waive" and FeeLine.objects.filter(centre=centre, group=group).exists():
            waive(centre=centre, group=group, reason=Reason.GRADE_CHANGED, by=by, at=AT)
            stands[group] = 0
        elif act == "invoice" and FeeLine.objects.to_invoice().filter(centre=centre).exists():
            invoice(centre=centre, by=by, at=AT)
        assert owed(centre) == Exposure(sum(stands.values()), 0)
        asked = sum(Invoice.objects.filter(centre=centre).values_list("pence", flat=True))
        waiting = sum(FeeLine.objects.to_invoice().filter(centre=centre).values_list("pence", flat=True))
        assert asked + waiting == sum(stands.values())
        assert asked >= 0


def test_the_accounts_get_every_invoiced_line_and_no_formula(centre, by):
    centre.name = "=1+1 College"
    centre.save()
    charged(centre, by)
    invoice(centre=centre, by=by, at=AT)
    lines = list(account_rows())
    assert [line[HEADINGS.index("Pence")] for line in lines] == [4250, 300]
    assert {line[HEADINGS.index("Name")] for line in lines} == {"'=1+1 College"}


def test_the_page_of_the_centre(centre, by, client):
    officer = MembershipFactory(centre=centre, role="officer").user
    charged(centre, by, FeeKey.SERVICE_2, FeeKey.REVIEWED_SCRIPT)
    charged(centre, by, FeeKey.SERVICE_1, group="R24-00043")
    waive(centre=centre, group="R24-00043", reason=Reason.GRADE_CHANGED, by=by, at=AT)
    page = reverse("fees:list", kwargs={"number": centre.number})
    body = signed_in(client, officer).get(page).content.decode()
    assert "£42.50, and 1 price is not known yet" in body
    assert "the overall grade changed" in body
    stranger = MembershipFactory(centre=CentreFactory(), role="officer").user
    assert signed_in(client, stranger).get(page).status_code == 404


def test_staff_put_a_price_right_and_export_for_the_accounts(centre, by, client):
    charged(centre, by)
    invoice(centre=centre, by=by, at=AT)
    staff = signed_in(client, StaffMembershipFactory(role="admin").user)
    wrong = Price.objects.get(key=FeeKey.SERVICE_2.value, family=BTEC)
    address = reverse("admin:fees_price_act", args=[wrong.pk, "put-right"])
    staff.post(address, {"pounds": "43.75", "source": "Price list.", "confirmed": "on"})
    assert price(key=FeeKey.SERVICE_2, family=BTEC, on=AT.date()).pence == 4375
    body = b"".join(staff.get(reverse("admin:fees_invoice_export")).streaming_content).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(body.splitlines())] == ["Invoice", "INV-2024-00001", "INV-2024-00001"]
