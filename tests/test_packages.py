"""What goes into a package beside the program: the man page, the entry in the menu, the list of overrides."""

from __future__ import annotations

import configparser
import re
import struct
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bindtool.cli.arguments import HelpAsked, parse
from bindtool.i18n.catalogue import LANGUAGES, Texts
from bindtool.resource_paths import asset

ROOT = Path(__file__).resolve().parent.parent
LINUX = ROOT / "packaging" / "linux"


def words_of_help(*command: str) -> set[str]:
    """Return the commands and long options that the help of a command names."""
    with pytest.raises(HelpAsked) as asked:
        parse([*command, "--help"], Texts("en"))
    return set(re.findall(r"^ {2,4}(?:-h, )?(--[a-z-]+|[a-z]+)\b", str(asked.value), re.MULTILINE))


def test_the_man_page_names_every_command() -> None:
    """What the help of bindtool names, the man page names too."""
    page = (LINUX / "bindtool.1").read_text(encoding="utf-8").replace("\\-", "-")
    wanted = words_of_help()
    assert {"--version", "--practice", "--smoke", "bind", "check"} <= wanted
    assert {word for word in wanted if not re.search(rf"(?<![\w-]){word}\b", page)} == set()


def test_the_menu_entry_speaks_both_languages() -> None:
    """The entry, its description and its practice mode have their words in English and Chinese."""
    entry = configparser.RawConfigParser()
    entry.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their capitals: the documented way
    entry.read(LINUX / "bindtool.desktop", encoding="utf-8")
    foreign = next(language for language in LANGUAGES if language != "en")
    for section, names in (("Desktop Entry", ("GenericName", "Comment")), ("Desktop Action practice", ("Name",))):
        for name in names:
            assert entry[section][name].isascii()
            assert not entry[section][f"{name}[{foreign}]"].isascii()
    assert entry["Desktop Entry"]["Exec"] == "bindtool"
    assert entry["Desktop Action practice"]["Exec"] == "bindtool --practice"


def test_the_shop_entry_belongs_to_the_menu_entry() -> None:
    """AppStream's description names the desktop entry and a licence that is ours."""
    component = ElementTree.parse(LINUX / "bindtool.metainfo.xml").getroot()  # noqa: S314 - it is ours
    assert component.findtext("launchable") == "bindtool.desktop"
    assert component.findtext("project_license") == "MIT"


def test_the_pictures_of_the_shop_entry() -> None:
    """They are the guide's, in their real size; what needs the project's address can be left out as a whole."""
    text = (LINUX / "bindtool.metainfo.xml").read_text(encoding="utf-8")
    component = ElementTree.fromstring(text)  # noqa: S314 - it is ours
    images = list(component.iterfind(".//screenshot/image"))
    assert len(images) == len(LANGUAGES)
    for image in images:
        address, _, file = (image.text or "").rpartition("/resources/")
        assert address == "@PROJECT@/raw/v@VERSION@"
        size = struct.unpack_from(">II", asset(file).read_bytes(), 16)
        assert (image.get("width"), image.get("height")) == tuple(map(str, size))
    without = re.sub(r"<!-- needs an address -->.*?<!-- as far as here -->", "", text, flags=re.DOTALL)
    assert "@PROJECT@" not in without
    assert ElementTree.fromstring(without).find("releases/release") is not None  # noqa: S314 - it is ours


def test_every_override_has_its_reason() -> None:
    """A block of overrides begins with a comment that says why."""
    blocks = (LINUX / "lintian-overrides").read_text(encoding="utf-8").strip().split("\n\n")
    assert len(blocks) > 2
    assert [block for block in blocks if not block.startswith("# ")] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes to look at")
def test_the_scripts_can_be_run() -> None:
    """Each script that is called by its path is executable; what is sourced is not."""
    scripts = {path.name: bool(path.stat().st_mode & 0o100) for path in LINUX.glob("*.sh")}
    assert scripts == {
        "apt-repository.sh": True,
        "chroots.sh": False,
        "check.sh": True,
        "fresh-check.sh": True,
        "freeze.sh": True,
        "package.sh": True,
        "system.sh": False,
    }
