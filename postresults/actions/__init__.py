"""Writes after results: when they come out."""

from postresults.actions.releases import propose_moments, seed_releases

__all__ = ["propose_moments", "seed_releases"]
