from claims.rules.states import ClaimStatus, State

__all__ = ["ClaimStatus", "State"]
