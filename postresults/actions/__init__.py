"""Writes after results: when they come out."""

from postresults.actions.releases import seed_releases

__all__ = ["seed_releases"]
