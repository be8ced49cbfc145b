"""What an installer hears that asks the programs of a user to close; windows that close are `tests/stories`'."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bindtool.app.single_instance import IN_USE, OUT_OF_THE_WAY, ask_to_close
from bindtool.core.common.data_folder import DataFolder

pytestmark = pytest.mark.usefixtures("qapp")


def environment(folder: Path) -> dict[str, str]:
    """Return an environment in which bindtool writes in `folder`."""
    return {"BINDTOOL_DATA_DIR": str(folder)}


def test_nobody_has_ever_worked_here(tmp_path: Path) -> None:
    """The way is free, and no folder was made for the question."""
    assert ask_to_close(environment(tmp_path / "data")) == OUT_OF_THE_WAY
    assert list(tmp_path.iterdir()) == []


def test_nobody_works_here_now(tmp_path: Path) -> None:
    """Data of earlier days are in nobody's way."""
    (tmp_path / "practice").mkdir()
    assert ask_to_close(environment(tmp_path)) == OUT_OF_THE_WAY


@pytest.mark.parametrize("practice", [False, True], ids=["for real", "practice"])
def test_a_command_is_at_work(tmp_path: Path, practice: bool) -> None:
    """`bindtool bind` has no window to ask: it is in use until the command has ended."""
    environ = environment(tmp_path)
    with DataFolder.of(environ, practice=practice).writing():
        assert ask_to_close(environ) == IN_USE
    assert ask_to_close(environ) == OUT_OF_THE_WAY


@pytest.mark.skipif(sys.platform == "win32", reason="the lock of Windows is no file that could be a folder")
def test_a_folder_that_nobody_can_write_in(tmp_path: Path) -> None:
    """It keeps no installer from its work."""
    (tmp_path / "lock").mkdir()
    assert ask_to_close(environment(tmp_path)) == OUT_OF_THE_WAY
