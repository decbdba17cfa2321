"""Backups that can be restored, and drills that notice when one cannot. The engine is the suite's."""

import json
import subprocess
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from portal import clock
from portal.audit import actions as audit
from portal.audit import sentences
from portal.dashboard.actions import back_up, drill
from portal.dashboard.actions.contents import digest
from portal.dashboard.rules import count_faults, head_faults, manifest_faults
from tests.factories.people import MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)
sentences.register({"test.copied": "Copied"})


@pytest.fixture
def portal_with_rows():
    membership = MembershipFactory(role="officer")
    with transaction.atomic():
        for _ in range(3):
            audit.record(verb="test.copied", by=None, at=clock.now(), subject=membership, centre=membership.centre)
    return membership


@pytest.fixture
def copy(portal_with_rows, tmp_path):
    made = back_up(folder=tmp_path, at=clock.wall())
    return tmp_path / made["path"].rsplit("/", 1)[-1]


def manifest_of(copy):
    return json.loads(copy.with_suffix(".json").read_text())


def rewrite_manifest(copy, **changes):
    """What somebody would do who damages a copy and its digest alike: only the deeper checks are left."""
    changed = {**manifest_of(copy), "sha256": digest(copy), "bytes": copy.stat().st_size, **changes}
    copy.with_suffix(".json").write_text(json.dumps(changed))


def flip(copy, place):
    content = bytearray(copy.read_bytes())
    content[place] ^= 0x10
    copy.write_bytes(content)


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def leftovers():
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'portal_drill_%%'")
        return cursor.fetchall()


def test_a_good_copy_passes(copy, portal_with_rows):
    found = drill(dump=copy)
    assert (found["ok"], found["faults"]) == (True, [])
    assert (found["chains"], found["entries"], found["passwords"]) == (1, 3, 1)
    assert found["rows"] == sum(manifest_of(copy)["tables"].values()) > 5
    assert found["foreign_keys"] > 20
    assert leftovers() == []
    assert [path.name for path in copy.parent.iterdir() if path.name.startswith(".")] == []


def test_the_manifest_says_what_is_in_the_copy(copy, portal_with_rows):
    manifest = manifest_of(copy)
    assert manifest["sha256"] == digest(copy)
    assert manifest["tables"]["accounts_user"] == 1
    assert manifest["heads"][portal_with_rows.centre.number][0] == 3
    assert (copy.stat().st_mode & 0o777, copy.with_suffix(".json").stat().st_mode & 0o777) == (0o600, 0o600)


def test_rows_written_afterwards_do_not_fail_it(copy):
    MembershipFactory(role="head")
    assert drill(dump=copy)["ok"]


def test_one_flipped_bit_fails_it(copy):
    size = copy.stat().st_size
    for place in (0, size // 3, size // 2, size - 1):
        flip(copy, place)
        assert drill(dump=copy)["faults"] == ["The copy is not the one that was written: its SHA-256 differs."]
        flip(copy, place)
    assert drill(dump=copy)["ok"]


def test_a_truncated_copy_fails_it(copy):
    size = copy.stat().st_size
    copy.write_bytes(copy.read_bytes()[: size // 2])
    assert drill(dump=copy)["faults"] == [f"The copy holds {size // 2} bytes, not {size}."]


def test_a_truncated_copy_with_a_digest_to_match_fails_as_it_is_restored(copy):
    copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    rewrite_manifest(copy)
    found = drill(dump=copy)
    assert not found["ok"]
    assert "stopped" in found["faults"][0] or "damaged" in found["faults"][0]
    assert leftovers() == []


def test_a_missing_or_foreign_manifest_fails_it(copy):
    copy.with_suffix(".json").write_text('{"format": 2}')
    assert drill(dump=copy)["faults"] == ["The manifest is not one of this portal's."]
    copy.with_suffix(".json").unlink()
    assert drill(dump=copy)["faults"] == ["The manifest is not one of this portal's."]
    assert drill(dump=copy.with_name("nothing.dump"))["ok"] is False


# --- what a digest cannot tell: copies taken whole from a database that was not ---


@pytest.fixture
def without_triggers():
    if connection.vendor == "postgresql":
        run("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        yield
        run("ALTER TABLE audit_entry ENABLE TRIGGER USER")
        run("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_truncate")
    else:
        yield


def second_copy(tmp_path):
    return tmp_path / back_up(folder=tmp_path, at=clock.wall() + timedelta(seconds=5))["path"].rsplit("/", 1)[-1]


def test_a_changed_audit_row_fails_it(portal_with_rows, without_triggers, tmp_path):
    run("UPDATE audit_entry SET verb = 'test.other' WHERE seq = 2")
    faults = drill(dump=second_copy(tmp_path))["faults"]
    assert faults == [f"Audit chain {portal_with_rows.centre.number}, entry 2: was changed after it was written."]


def test_a_missing_row_fails_it(copy, tmp_path, portal_with_rows):
    portal_with_rows.delete()
    later = second_copy(tmp_path)
    rewrite_manifest(later, tables=manifest_of(copy)["tables"])
    assert drill(dump=later)["faults"] == ["centres_membership holds 0 rows, not 1."]


def test_a_rewritten_chain_fails_it_by_its_head(copy, portal_with_rows):
    number = portal_with_rows.centre.number
    rewrite_manifest(copy, heads={number: [3, "0" * 64]})
    assert drill(dump=copy)["faults"] == [f"The audit chain {number} does not end where it ended."]


def test_a_lost_foreign_key_fails_it(copy):
    keys = manifest_of(copy)["foreign_keys"]
    rewrite_manifest(copy, foreign_keys=keys + 1)
    assert drill(dump=copy)["faults"] == [f"There are {keys} foreign keys, not {keys + 1}."]


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("rubbish", "1 people could not sign in: their passwords cannot be read."),
        ("!unusable", "Nobody could sign in: no one has a password."),
    ],
)
def test_passwords_that_nobody_can_use_fail_it(portal_with_rows, tmp_path, password, fault):
    portal_with_rows.user.password = password
    portal_with_rows.user.save()
    assert drill(dump=second_copy(tmp_path))["faults"] == [fault]


def test_the_commands_print_json_and_the_drill_exits_1_on_a_fault(portal_with_rows, tmp_path):
    out = StringIO()
    call_command("backup", str(tmp_path), stdout=out)
    made = json.loads(out.getvalue())
    out = StringIO()
    call_command("restore_drill", made["path"], stdout=out)
    assert json.loads(out.getvalue())["ok"] is True
    dump = Path(made["path"])
    dump.write_bytes(dump.read_bytes() + b"x")
    with pytest.raises(SystemExit) as ended:
        call_command("restore_drill", made["path"], stdout=StringIO())
    assert ended.value.code == 1


@pytest.mark.postgres
def test_what_is_counted_is_what_is_copied_though_others_write(portal_with_rows, tmp_path, monkeypatch):
    """Control: rows committed between the snapshot and the copy are in neither."""
    real = subprocess.run

    def written_to_meanwhile(command, **options):
        if command[0].endswith("pg_dump"):
            with closing(connection.copy()) as other, other.cursor() as cursor:
                cursor.execute("INSERT INTO audit_head (chain, seq, hash) VALUES ('later', 0, '')")
        return real(command, **options)

    monkeypatch.setattr(subprocess, "run", written_to_meanwhile)
    made = back_up(folder=tmp_path, at=clock.wall())
    assert "later" not in made["heads"]
    assert drill(dump=tmp_path / made["path"].rsplit("/", 1)[-1])["ok"]


def test_the_rules_name_each_difference():
    assert count_faults(promised={"a": 1, "b": 2}, found={"a": 1, "c": 0}) == [
        "The table b is missing.",
        "The table c was not in the backup.",
    ]
    assert head_faults(promised={"x": [1, "h"]}, found={}) == ["The audit chain x does not end where it ended."]
    assert manifest_faults({"format": 1, "vendor": "sqlite", "sha256": "", "bytes": 1, "tables": {}, "heads": {}}) == [
        "The manifest does not say foreign_keys."
    ]
