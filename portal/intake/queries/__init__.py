from portal.intake.queries.planning import Looked, counts, look_at_rows, plan_rows, put_plan
from portal.intake.queries.preview import SHOWN, preview, refused_rows

__all__ = ["SHOWN", "Looked", "counts", "look_at_rows", "plan_rows", "preview", "put_plan", "refused_rows"]
