"""Writing a copy of the database with a manifest that says what must be in it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from portal.dashboard.actions.contents import digest
from portal.dashboard.actions.engines import Unrestorable, engine
from portal.dashboard.rules import FORMAT
from portal.errors import Refused

PRIVATE = 0o600


def back_up(*, folder: Path, at: datetime) -> dict[str, Any]:
    """Copy the database into a folder: `portal-<UTC>.dump` (or `.sqlite3`) and a manifest of the same name, `.json`.

    The manifest holds the number of rows of every table, the ends of the audit chains, and the copy's SHA-256. Both
    files are readable by their owner only and get their names when they are complete. `at` is real time. Returns the
    manifest with `path`. Stored files are not part of it: they are copied as files (docs/runbooks/restore.md).
    """
    folder.mkdir(parents=True, exist_ok=True)
    tool = engine()
    target = folder / f"portal-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.{tool.ending}"
    if target.exists():
        raise Refused(f"{target} stands already. Wait a second, or choose another folder.")
    partial = target.with_name(f".{target.name}.partial")
    partial.touch(mode=PRIVATE)
    try:
        manifest = _manifest(tool.copy_out(partial), partial, at)
        _write_manifest(manifest, target)
        partial.rename(target)
    except Unrestorable as fault:
        raise Refused(f"There is no backup: {fault}") from fault
    finally:
        partial.unlink(missing_ok=True)
    return {**manifest, "path": str(target)}


def _manifest(contents: dict[str, Any], copy: Path, at: datetime) -> dict[str, Any]:
    made = {"format": FORMAT, "vendor": connection.vendor, "made_at": at.astimezone(UTC).isoformat(timespec="seconds")}
    return {**made, "sha256": digest(copy), "bytes": copy.stat().st_size, **contents}


def _write_manifest(manifest: dict[str, Any], target: Path) -> None:
    path = target.with_suffix(".json")
    path.touch(mode=PRIVATE)
    path.write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
