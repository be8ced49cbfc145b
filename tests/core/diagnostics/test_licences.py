"""What bindtool is made of: what a list of parts says, and what the metadata of libraries add to it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from bindtool.core.diagnostics.licences import BundledPart, all_parts
from tests.checkout import ROOT


def install(place: Path, name: str, *about: str, **texts: str) -> None:
    """Lay out the metadata of a library; `texts` by file name, with __ for a slash."""
    folder = place / f"{name}-1.0.dist-info"
    head = ["Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *about]
    files = {f"{folder.name}/METADATA": "\n".join(head) + "\n", f"{name}/LICENSE": "not metadata"}
    files |= {f"{folder.name}/{file.replace('__', '/')}": text for file, text in texts.items()}
    for file, text in files.items():
        (place / file).parent.mkdir(parents=True, exist_ok=True)
        (place / file).write_text(text, encoding="utf-8")
    (folder / "RECORD").write_text("".join(f"{file},,\n" for file in files), encoding="utf-8")


def parts(folder: Path, *listed: BundledPart) -> tuple[BundledPart, ...]:
    """Return the parts of a list."""
    file = folder / "parts.json"
    file.write_text(json.dumps([asdict(part) for part in listed]), encoding="utf-8")
    return all_parts(file)


def test_what_a_package_lists(tmp_path: Path) -> None:
    """The list of a package is whole: it is shown as it is, by name."""
    icu = BundledPart("libicu72", "72.1-3+deb12u1", "deb", "", "Copyright Unicode")
    httpx = BundledPart("Httpx", "0.28.1", "pypi", "BSD-3-Clause", "Copyright Encode")
    assert parts(tmp_path, icu, httpx) == (httpx, icu)


def installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *about: str, laid_down: str = "", **texts: str
) -> BundledPart:
    """Return a library that is listed by its name and installed with this metadata."""
    monkeypatch.syspath_prepend(tmp_path)
    install(tmp_path, "bt_library", *about, **texts)
    (part,) = parts(tmp_path, BundledPart("bt-library", "", "pypi", "", laid_down))
    assert (part.name, part.version, part.origin) == ("bt_library", "1.0", "pypi")
    return part


def test_a_licence_with_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The expression names it; all its files together are the text."""
    part = installed(
        tmp_path,
        monkeypatch,
        "License-Expression: MIT OR Apache-2.0",
        licenses__LICENSE="take it\n",
        licenses__NOTICE="and that\n",
    )
    assert (part.licence, part.text) == ("MIT OR Apache-2.0", "take it\n\n\nand that")


def test_an_older_way_to_say_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text beside the metadata, the name in a field or, where that says nothing, in the classifiers."""
    part = installed(
        tmp_path,
        monkeypatch,
        "License: UNKNOWN",
        "Classifier: Programming Language :: Python",
        "Classifier: License :: OSI Approved :: MIT License",
        COPYING="take it",
    )
    assert (part.licence, part.text) == ("MIT License", "take it")


def test_a_library_without_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text is the one that the build has laid down for it."""
    part = installed(tmp_path, monkeypatch, "License: BSD", laid_down="three clauses")
    assert (part.licence, part.text) == ("BSD", "three clauses")


def test_a_text_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library whose licence was removed is a part without a text, of a licence that nothing names."""
    installed(tmp_path, monkeypatch, COPYING="take it")
    (tmp_path / "bt_library-1.0.dist-info" / "COPYING").unlink()
    assert parts(tmp_path, BundledPart("bt-library", "", "pypi", "", "")) == (
        BundledPart("bt_library", "1.0", "pypi", "", ""),
    )


def test_a_library_of_another_system(tmp_path: Path) -> None:
    """What is listed and not installed is no part here."""
    assert parts(tmp_path, BundledPart("no-such-library-of-bindtool", "", "pypi", "", "")) == ()


def test_metadata_of_another_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that was installed without a list of its files is a part without a text."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "bt_old.egg-info").mkdir()
    (tmp_path / "bt_old.egg-info" / "PKG-INFO").write_text("Name: bt_old\nVersion: 1.0\n", encoding="utf-8")
    assert parts(tmp_path, BundledPart("bt-old", "", "pypi", "", "")) == (
        BundledPart("bt_old", "1.0", "pypi", "", ""),
    )


def test_this_checkout() -> None:
    """Every library that runs here has its licence, Qt's and httpx's SOCKS among them; tools are no parts."""
    found = {part.name: part for part in all_parts(ROOT / "resources" / "parts.json")}
    assert [name for name, part in found.items() if not part.text or not part.licence] == []
    assert {"bindtool", "PySide6_Essentials", "httpx", "socksio", "keyring", "pyserial"} <= found.keys()
    assert {"pytest", "babel", "setuptools"}.isdisjoint(found)
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in found["PySide6_Essentials"].text
