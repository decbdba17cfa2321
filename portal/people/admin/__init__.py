"""People and centres for staff: lists to read, and the acts of the administrator."""

from portal.people.admin import accounts, centres, invitations, resets

__all__ = ["accounts", "centres", "invitations", "resets"]
