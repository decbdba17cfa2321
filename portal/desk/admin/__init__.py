from portal.desk.admin import covers, filters

__all__ = ["covers", "filters"]
