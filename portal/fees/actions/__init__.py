"""The only writers of prices, charges and invoices."""

from portal.fees.actions.charging import Charge, charge, waive
from portal.fees.actions.invoicing import invoice
from portal.fees.actions.prices import load_prices, put_right, set_price

__all__ = ["Charge", "charge", "invoice", "load_prices", "put_right", "set_price", "waive"]
