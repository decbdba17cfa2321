"""Restoring a copy beside the portal's own database, and holding it against its manifest."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, connections

from portal.audit.queries import verify
from portal.dashboard.actions.contents import contents, digest, read_manifest, readable_passwords
from portal.dashboard.actions.engines import Unrestorable, engine
from portal.dashboard.rules import count_faults, head_faults, manifest_faults

RESTORED = "restored"


def drill(*, dump: Path) -> dict[str, Any]:
    """Prove that a copy can be restored: `ok`, `faults` in words, what was found, and how many `seconds` it took.

    The copy's digest is checked first, and a copy that fails it is not opened. Then it is restored into a scratch
    database on the same server, which is dropped afterwards; counts, foreign keys and the ends of the audit chains
    are held against the manifest, every chain is verified, and every password must be readable. The portal's own rows
    are not touched.
    """
    started = time.monotonic()
    manifest = read_manifest(dump)
    faults = manifest_faults(manifest)
    found: dict[str, Any] = {}
    if not faults:
        faults = _digest_faults(dump, manifest)
    if not faults:
        faults, found = _restored_faults(dump, manifest)
    return {"ok": not faults, "faults": faults, **found, "seconds": round(time.monotonic() - started, 1)}


def _digest_faults(dump: Path, manifest: dict[str, Any]) -> list[str]:
    if not dump.is_file():
        return [f"{dump} is not there."]
    if dump.stat().st_size != manifest["bytes"]:
        return [f"The copy holds {dump.stat().st_size} bytes, not {manifest['bytes']}."]
    if digest(dump) != manifest["sha256"]:
        return ["The copy is not the one that was written: its SHA-256 differs."]
    if manifest["vendor"] != connection.vendor:
        return [f"The copy is one of {manifest['vendor']}; DATABASE_URL names {connection.vendor}."]
    return []


def _restored_faults(dump: Path, manifest: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    try:
        with engine().put_back(dump) as name, _connected(name):
            return _held_against(manifest)
    except Unrestorable as fault:
        return [str(fault)], {}


def _held_against(manifest: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    restored = contents(connections[RESTORED])
    faults = count_faults(promised=manifest["tables"], found=restored["tables"])
    faults += _foreign_key_faults(manifest, restored)
    faults += head_faults(promised=manifest["heads"], found=restored["heads"])
    chains = verify(using=RESTORED)
    faults += [f"Audit chain {bad['chain']}, entry {bad['seq']}: {bad['fault']}." for bad in chains["broken"]]
    passwords = readable_passwords(using=RESTORED)
    faults += _password_faults(passwords)
    found = {"tables": len(restored["tables"]), "rows": sum(restored["tables"].values())}
    found |= {"foreign_keys": restored["foreign_keys"], "chains": chains["chains"], "entries": chains["entries"]}
    return faults, {**found, "passwords": passwords["readable"]}


def _foreign_key_faults(manifest: dict[str, Any], restored: dict[str, Any]) -> list[str]:
    """PostgreSQL held every row against each key as it was restored; SQLite is asked to now."""
    faults = []
    if restored["foreign_keys"] != manifest["foreign_keys"]:
        faults.append(f"There are {restored['foreign_keys']} foreign keys, not {manifest['foreign_keys']}.")
    try:
        connections[RESTORED].check_constraints()
    except IntegrityError:
        faults.append("A row points to one that is not there.")
    return faults


def _password_faults(passwords: dict[str, int]) -> list[str]:
    if passwords["unreadable"]:
        return [f"{passwords['unreadable']} people could not sign in: their passwords cannot be read."]
    return [] if passwords["readable"] else ["Nobody could sign in: no one has a password."]


@contextmanager
def _connected(name: str) -> Iterator[None]:
    """A connection to the scratch database, by the name `restored`."""
    restored = connection.copy()
    restored.settings_dict["NAME"] = name
    connections[RESTORED] = restored
    try:
        yield
    finally:
        restored.close()
        del connections[RESTORED]
