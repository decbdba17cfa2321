"""What a backup's manifest says, and what it means when a restored copy says otherwise."""

from typing import Any

FORMAT = 1


def count_faults(*, promised: dict[str, int], found: dict[str, int]) -> list[str]:
    """Every table whose number of rows is not the one at the time of the backup, in words."""
    faults = []
    for table in sorted(promised.keys() | found.keys()):
        if table not in found:
            faults.append(f"The table {table} is missing.")
        elif table not in promised:
            faults.append(f"The table {table} was not in the backup.")
        elif promised[table] != found[table]:
            faults.append(f"{table} holds {found[table]} rows, not {promised[table]}.")
    return faults


def head_faults(*, promised: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Every audit chain that does not end where it ended at the time of the backup, in words.

    A head kept outside the database is what shows that a whole chain was rewritten.
    """
    return [
        f"The audit chain {chain} does not end where it ended."
        for chain in sorted(promised.keys() | found.keys())
        if promised.get(chain) != found.get(chain)
    ]


def manifest_faults(manifest: Any) -> list[str]:
    """What keeps a manifest from being read, in words."""
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        return ["The manifest is not one of this portal's."]
    wanted = {"vendor": str, "sha256": str, "bytes": int, "tables": dict, "foreign_keys": int, "heads": dict}
    return [
        f"The manifest does not say {name}."
        for name, kind in wanted.items()
        if not isinstance(manifest.get(name), kind)
    ]
