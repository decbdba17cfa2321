from claims.admin import deciding, outstanding

__all__ = ["deciding", "outstanding"]
