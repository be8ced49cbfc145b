"""`make test` draws the same examples each time, and with SEED others, which can be had again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.checkout import ROOT

TESTS = """
import random
from pathlib import Path
from hypothesis import given, strategies as st
from tests.seeds import seed_of

DRAWN = Path(__file__).with_name("drawn.txt")

@given(st.integers())
def test_generated(number):
    with DRAWN.open("a") as file:
        print(number, file=file)

def test_drawn():
    with DRAWN.open("a") as file:
        print(random.Random(seed_of("ids")).random(), file=file)
    assert False
"""


def run(folder: Path, seed: str) -> tuple[list[str], str]:
    """Run two tests, of which one fails, with a seed; return the lines that were printed, and what was drawn."""
    (folder / "drawn.txt").unlink(missing_ok=True)
    (folder / "test_it.py").write_text(TESTS, encoding="utf-8")
    options = ["-q", "-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, ROOT / "packaging" / "run_tests.py", *options, folder / "test_it.py"],
        env=os.environ | {"SEED": seed, "PROCESSES": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.stdout.splitlines(), (folder / "drawn.txt").read_text(encoding="utf-8")


def test_a_seed_that_failed_can_be_had_again(tmp_path: Path) -> None:
    """SEED=random says what it is first, last and with each failure; named, it draws the same; without, others."""
    lines, drawn = run(tmp_path, "random")
    seed = lines[0].removeprefix("Drawn with SEED=")
    assert int(seed) >= 0
    assert lines.count(f"Drawn with SEED={seed}") == 2
    assert f"drawn with SEED={seed}" in lines
    assert lines[-3:] == [f"Drawn with SEED={seed}", "", "1 passed, 1 failed, 0 skipped"]

    assert run(tmp_path, seed)[1] == drawn

    lines, usual = run(tmp_path, "")
    assert not any("SEED" in line for line in lines)
    assert usual != drawn
