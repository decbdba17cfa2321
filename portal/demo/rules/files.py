import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "data"


@cache
def content(name: str) -> Any:
    """What a file of the demonstration's data says, read once."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
