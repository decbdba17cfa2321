"""What may stand in the blanks of an address."""

from django.urls.converters import IntConverter

LARGEST_ROW = 2**63 - 1


class RowConverter(IntConverter):
    """The number of a row. One that no column can hold is an address that does not exist, not a fault in a query."""

    def to_python(self, value: str) -> int:
        number = super().to_python(value)
        if number > LARGEST_ROW:
            raise ValueError
        return number
