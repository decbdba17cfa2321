from portal.casework.admin import cases
from portal.casework.admin.queue import CaseQueue

__all__ = ["CaseQueue", "cases"]
