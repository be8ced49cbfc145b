"""What setuptools does not do by itself when bindtool is built: it compiles the words and notes the commit.

pyproject.toml names the two commands. Usage by hand, for the checkout: python packaging/build_steps.py PO...
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from bindtool.core.diagnostics.version import commit_of, noted_commit  # noqa: E402


class BuildPy(build_py):  # type: ignore[misc]  # setuptools ships no types
    """The words are compiled beside the .po of a checkout that is installed as editable, else into the wheel."""

    def run(self) -> None:
        """Build the packages and what belongs to them."""
        super().run()
        resources = ROOT / "resources"
        built = resources if self.editable_mode else Path(self.build_lib, "bindtool", "resources")
        for po in resources.glob("translations/*/LC_MESSAGES/*.po"):
            compile_words(po, built / po.relative_to(resources).with_suffix(".mo"))
        if not self.editable_mode:  # a checkout is asked itself
            note_commit(Path(self.build_lib, "bindtool"))


class Sdist(sdist):  # type: ignore[misc]  # the same
    """An sdist knows the commit as a checkout does, so that a wheel made of it knows it too."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        """Lay out what is packed in the folder `base_dir`."""
        super().make_release_tree(base_dir, files)
        note_commit(Path(base_dir, "bindtool"))


def compile_words(po: Path, mo: Path) -> None:
    """Compile a catalogue. The same words give the same bytes; Babel's own command writes the hour into them."""
    with po.open("rb") as file:
        catalogue = read_po(file, locale=po.parent.parent.name)
    catalogue.creation_date = datetime.fromtimestamp(0, UTC)
    mo.parent.mkdir(parents=True, exist_ok=True)
    with mo.open("wb") as file:
        write_mo(file, catalogue)


def note_commit(package: Path) -> None:
    """Leave the commit, where it is known, in the folder `package`: a program without a checkout looks there."""
    if commit := commit_of(ROOT) or noted_commit(ROOT / "bindtool"):
        (package / "commit").write_text(commit, encoding="ascii")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_words(Path(name), Path(name).with_suffix(".mo"))
