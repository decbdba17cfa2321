from claims.rules.states import LIVE, MOVES, ClaimStatus, State, can_move

__all__ = ["LIVE", "MOVES", "ClaimStatus", "State", "can_move"]
