"""What bindtool is made of: which libraries count, and where a licence's name and text come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.diagnostics.licences import BundledPart, all_parts, needed_libraries
from tests.checkout import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def install(place: Path, name: str, *about: str, version: str = "1.0", **texts: str) -> None:
    """Lay out the metadata of a library; `texts` by file name, with __ for a slash."""
    folder = place / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    head = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *about]
    (folder / "METADATA").write_text("\n".join(head) + "\n", encoding="utf-8")
    record = [f"{folder.name}/METADATA,,", f"{name}/LICENSE,,"]
    for file, text in texts.items():
        path = folder / file.replace("__", "/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        record.append(f"{folder.name}/{path.relative_to(folder).as_posix()},,")
    (folder / "RECORD").write_text("\n".join(record) + "\n", encoding="utf-8")


def names(place: Path) -> list[str]:
    """Return the names of the parts found there."""
    return [part.name for part in all_parts(place / "texts", [str(place)])]


def test_what_is_needed_counts(tmp_path: Path) -> None:
    """Requirements are followed, with their extras; what is not installed or only stands beside is left out."""
    install(
        tmp_path,
        "bindtool",
        "Requires-Dist: Web_Client[socks, fast] (>=1,<2)",
        "Requires-Dist: other-system; sys_platform == 'win32'",
        "Requires-Dist: store>=25",
        "Requires-Dist: ???",
    )
    install(
        tmp_path,
        "web.client",
        "Requires-Dist: socksio==1.*; extra == 'socks'",
        'Requires-Dist: press; extra == "http2"',
        "Requires-Dist: store[plain]",
    )
    for name in ("socksio", "press", "store", "stander-by"):
        install(tmp_path, name)
    assert names(tmp_path) == ["bindtool", "socksio", "store", "web.client"]


def test_what_starts_a_package_counts(tmp_path: Path) -> None:
    """PyInstaller's start goes into each package; what else PyInstaller needs does not."""
    install(tmp_path, "bindtool")
    install(tmp_path, "pyinstaller", "Requires-Dist: altgraph")
    install(tmp_path, "altgraph")
    assert names(tmp_path) == ["bindtool", "pyinstaller"]


def test_the_first_of_two_counts(tmp_path: Path) -> None:
    """As for an import: the first place that has a library counts."""
    install(tmp_path / "first", "bindtool", version="2.0")
    install(tmp_path / "second", "bindtool", version="1.0")
    found = all_parts(tmp_path, [str(tmp_path / "first"), str(tmp_path / "second")])
    assert [part.version for part in found] == ["2.0"]


def licence_of(place: Path, *about: str, **texts: str) -> BundledPart:
    """Return the only part, with this metadata."""
    install(place, "bindtool", *about, **texts)
    (part,) = all_parts(place / "texts", [str(place)])
    return part


def test_a_licence_with_its_text(tmp_path: Path) -> None:
    """The expression names it; all its files together are the text."""
    part = licence_of(
        tmp_path,
        "License-Expression: MIT OR Apache-2.0",
        licenses__LICENSE="take it\n",
        licenses__NOTICE="and that\n",
    )
    assert part == BundledPart("bindtool", "1.0", "pypi", "MIT OR Apache-2.0", "take it\n\n\nand that")


def test_an_older_way_to_say_it(tmp_path: Path) -> None:
    """The text beside the metadata, the name in a field or, where that says nothing, in the classifiers."""
    part = licence_of(
        tmp_path,
        "License: UNKNOWN",
        "Classifier: Programming Language :: Python",
        "Classifier: License :: OSI Approved :: MIT License",
        "COPYING=no header",
        COPYING="take it",
    )
    assert (part.licence, part.text) == ("MIT License", "take it")


def test_a_library_without_a_text(tmp_path: Path) -> None:
    """The texts of the licences that it names are taken from the folder of those that nobody brings along."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "LGPL-3.0-only.txt").write_text("lesser", encoding="utf-8")
    (tmp_path / "texts" / "GPL-3.0-only.txt").write_text("general", encoding="utf-8")
    part = licence_of(tmp_path, "License: LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only")
    assert part.text == "lesser\n\ngeneral"


def test_a_library_without_its_text(tmp_path: Path) -> None:
    """Its copyright line is its own, so the text that is laid down for it has its name."""
    install(tmp_path, "bindtool", "License: BSD")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "bindtool.txt").write_text("three clauses", encoding="utf-8")
    (part,) = all_parts(tmp_path / "texts", [str(tmp_path)])
    assert (part.licence, part.text) == ("BSD", "three clauses")


def test_nothing_is_known(tmp_path: Path) -> None:
    """Then nothing is said."""
    part = licence_of(tmp_path)
    assert (part.licence, part.text) == ("", "")


def test_metadata_of_another_form(tmp_path: Path) -> None:
    """A library that was installed without a list of its files is a part without a text."""
    folder = tmp_path / "bindtool.egg-info"
    folder.mkdir()
    (folder / "PKG-INFO").write_text("Name: bindtool\nVersion: 1.0\n", encoding="utf-8")
    assert [(part.name, part.text) for part in all_parts(tmp_path, [str(tmp_path)])] == [("bindtool", "")]


def test_other_parts(tmp_path: Path) -> None:
    """What a package bundles besides stands in files that name it; the folder says where it is from."""
    install(tmp_path, "bindtool")
    (tmp_path / "texts" / "deb").mkdir(parents=True)
    (tmp_path / "texts" / "MIT.txt").write_text("no part", encoding="utf-8")
    (tmp_path / "texts" / "deb" / "libicu72_72.1-3+deb12u1.txt").write_bytes(b"as it is \xe9")
    assert all_parts(tmp_path / "texts", [str(tmp_path)])[1:] == (
        BundledPart("libicu72", "72.1-3+deb12u1", "deb", "", "as it is \ufffd"),
    )


def test_this_checkout() -> None:
    """Every library that runs here has its licence; Qt's and httpx's SOCKS among them, pytest not."""
    found = all_parts(ROOT / "resources" / "licences")
    assert [part.name for part in found if not part.text or not part.licence] == []
    assert {"bindtool", "PySide6_Essentials", "httpx", "socksio", "keyring"} <= {part.name for part in found}
    assert "pytest" not in {part.name for part in found}
    assert set(needed_libraries()) == {part.name for part in found}
    qt = next(part for part in found if part.name == "PySide6_Essentials")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in qt.text
