"""Reading prices and charges."""

from portal.fees.queries.lines import fee_lines, total
from portal.fees.queries.prices import price, prices

__all__ = ["fee_lines", "price", "prices", "total"]
