"""The only writers of saved filters and covers."""

from portal.desk.actions.covering import end_cover, record_cover
from portal.desk.actions.filters import change_filter, delete_filters, save_filter

__all__ = ["change_filter", "delete_filters", "end_cover", "record_cover", "save_filter"]
