"""Rooms import downwards only. The contracts stand in pyproject.toml; here they hold, and are seen to break."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT

ROOMS = "Higher rooms may import lower; nothing imports upward"
INSIDE = "Inside an app, interfaces over actions over models over rules"


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold():
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("path", "line", "contract"),
    [
        ("portal/learners/models.py", "import claims.models", ROOMS),
        ("claims/models.py", "import postresults.apps", ROOMS),
        ("portal/audit/models.py", "import portal.audit.actions", INSIDE),
        ("portal/audit/helpers.py", "", INSIDE),
    ],
    ids=["upward", "sideways", "model to action", "word outside the vocabulary"],
)
def test_a_planted_import_is_caught(copy, path, line, contract):
    with (copy / path).open("a") as file:
        file.write(f"\n{line}\n")
    answer = lint_imports(copy)
    assert answer.returncode == 1
    assert f"{contract} BROKEN" in " ".join(answer.stdout.split())
