"""The only writers of stored files and of codes that prove documents."""

from portal.files.actions.codes import give_code, supersede
from portal.files.actions.stored import erase, store_form

__all__ = ["erase", "give_code", "store_form", "supersede"]
