"""What the packages are made from: property lists, texts of the setup, workflows, the entry of a release."""

from __future__ import annotations

import plistlib
import re
import struct
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

CHANGELOG = """# Changelog

## [Unreleased]

- Not yet.

## [1.1.0] - 2026-11-25

### Added

- Much.

## [1.0.0] - 2026-10-01
## [0.9.0] - Unreleased

- No date.

## [0.8.0]

- No date either.
"""


NAMING_PACKAGES = [
    "README.md",
    "README.zh-CN.md",
    "resources/guide/rolling-out.md",
    "resources/guide/rolling-out.zh.md",
]
ENGLISH, CHINESE = (f"resources/translations/{name}/LC_MESSAGES/bindtool.po" for name in ("en", "zh_CN"))
METAINFO = "packaging/linux/bindtool.metainfo.xml"
RELEASE_SCRIPTS = ["release_entry.py", "release_check.py"]


def release_entry(folder: Path, tag: str, version: str) -> subprocess.CompletedProcess[str]:
    """Run the script in a checkout of its own with the changelog above."""
    for place in ("packaging", "bindtool"):
        (folder / place).mkdir()
    script = folder / "packaging" / "release_entry.py"
    script.write_text((PACKAGING / "release_entry.py").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "bindtool" / "__init__.py").write_text(f'__version__ = "{version}"\n', encoding="utf-8")
    (folder / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    command = [sys.executable, str(script), tag]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=60)


def test_a_tag_with_its_entry(tmp_path: Path) -> None:
    """The entry is printed, up to the next one; it becomes the text of the release."""
    done = release_entry(tmp_path, "v1.1.0", "1.1.0")
    assert (done.returncode, done.stdout) == (0, "### Added\n\n- Much.\n")


@pytest.mark.parametrize(
    ("tag", "version", "why"),
    [
        ("v1.1.0", "1.2.0", "bindtool/__init__.py says 1.2.0"),
        ("v1.2.0", "1.2.0", "no entry for 1.2.0"),
        ("v1.0.0", "1.0.0", "no entry for 1.0.0"),
        ("v0.9.0", "0.9.0", "has no date"),
        ("v0.8.0", "0.8.0", "has no date"),
    ],
)
def test_a_tag_without_its_entry(tmp_path: Path, tag: str, version: str, why: str) -> None:
    """Another version, no entry, an empty one or one without a date: no release, and the reason is said."""
    done = release_entry(tmp_path, tag, version)
    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr


def checkout_for_release(folder: Path) -> None:
    """Make a checkout of version 1.1.0, committed, from which nothing is missing."""
    papers = {
        "bindtool/__init__.py": '__version__ = "1.1.0"\n',
        "CHANGELOG.md": CHANGELOG,
        METAINFO: '<release version="@VERSION@" date="@DATE@"/>\n',
    }
    papers |= dict.fromkeys(NAMING_PACKAGES, "`bindtool_1.1.0_amd64.deb`\n")
    head = 'msgid ""\nmsgstr ""\n"Project-Id-Version: bindtool 1.1.0\\n"\n\n'
    text = 'msgid "find"\nmsgstr "{n} found"\n\nmsgid "long"\nmsgstr ""\n"two lines"\n'
    papers |= dict.fromkeys((ENGLISH, CHINESE), head + text)
    papers |= {
        f"packaging/{script}": (PACKAGING / script).read_text(encoding="utf-8") for script in RELEASE_SCRIPTS
    }
    for name, content in papers.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    git(folder, "init", "--quiet")
    commit_all(folder)


def git(folder: Path, *arguments: str) -> None:
    """Run git there as a person of the tests."""
    person = ["-c", "user.name=Tests", "-c", "user.email=tests@example.com"]
    subprocess.run(["git", "-C", str(folder), *person, *arguments], check=True, capture_output=True, timeout=60)


def commit_all(folder: Path) -> None:
    """Commit what lies there."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "As it is")


def missing(folder: Path, *tag: str) -> list[str]:
    """Return what the script prints there; its status says whether that is a fault."""
    command = [sys.executable, "-B", str(folder / "packaging" / "release_check.py"), *tag]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=60)
    lines = done.stdout.splitlines()
    if done.returncode == 0:
        assert lines == ["Nothing is missing: v1.1.0 can be tagged and released."]
        return []
    assert (done.returncode, done.stderr) == (1, "")
    return lines


def test_nothing_is_missing_before_a_tag(tmp_path: Path) -> None:
    """A checkout in which everything is of one version is ready, by its version and by the tag that it gets."""
    checkout_for_release(tmp_path)
    assert missing(tmp_path) == []
    git(tmp_path, "tag", "v1.1.0")
    assert missing(tmp_path, "v1.1.0") == []
    assert missing(tmp_path) == ["there is a tag v1.1.0 already: set the next version"]


@pytest.mark.parametrize(
    ("paper", "before", "after", "said"),
    [
        ("CHANGELOG.md", "0] - 2026-11-25", "0] - Unreleased", ["the entry of 1.1.0 in CHANGELOG.md has no date"]),
        ("README.zh-CN.md", "1.1.0", "1.0.0", ["README.zh-CN.md names a package of 1.0.0"]),
        (METAINFO, "@VERSION@", "1.0.0", [f"{METAINFO} has no release 1.1.0"]),
        (METAINFO, "@VERSION@", "1.1.0", []),
        (ENGLISH, "bindtool 1.1.0", "bindtool 1.0.0", [f"{ENGLISH} is not of 1.1.0"]),
        (CHINESE, "{n} found", "", [f"{CHINESE} has a text that is empty or fuzzy"]),
        (CHINESE, 'msgid "find"', '#, fuzzy\nmsgid "find"', [f"{CHINESE} has a text that is empty or fuzzy"]),
        (CHINESE, '"find"', '"look"', ["find: in one catalogue only", "look: in one catalogue only"]),
    ],
)  # fmt: skip
def test_what_is_missing_before_a_tag(tmp_path: Path, paper: str, before: str, after: str, said: list[str]) -> None:
    """Each fault is a line: no date, a package, a release or texts of another version, texts that are not there."""
    checkout_for_release(tmp_path)
    text = (tmp_path / paper).read_text(encoding="utf-8")
    (tmp_path / paper).write_text(text.replace(before, after, 1), encoding="utf-8")
    assert missing(tmp_path)[-1] == "git status: there are changes that are not committed"
    commit_all(tmp_path)
    assert missing(tmp_path) == said


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: str(path.name))
def test_actions_are_pinned_by_commit(workflow: Path) -> None:
    """A tag of an action can be moved to other code; a commit can't."""
    used = re.findall(r"uses: (.*)", workflow.read_text(encoding="utf-8"))
    assert used
    loose = [each for each in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)]
    assert loose == []


def test_a_release_waits_for_its_check_and_stays_a_draft() -> None:
    """Every job comes after the look at what is missing, and a person publishes."""
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    jobs = re.findall(r"^  ([\w-]+):\n    name", text, re.MULTILINE)
    assert jobs[0] == "entry"
    assert text.index('python3 packaging/release_check.py "$GITHUB_REF_NAME"') < text.index("\n  tests:\n")
    assert len(re.findall(r"^    needs: ", text, re.MULTILINE)) == len(jobs) - 1
    assert "gh release create" in text
    assert "--draft" in text


def test_macos_holds_no_release_up() -> None:
    """The draft waits for every system's job, and is made whatever became of macOS's, which nobody has verified."""
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    draft = text[text.index("\n  release:\n") :]
    needed = re.search(r"^    needs: \[(.*)\]$", draft, re.MULTILINE)
    assert needed
    assert set(needed[1].split(", ")) - set(re.findall(r"needs\.([\w-]+)\.result == 'success'", draft)) == {"macos"}


def test_the_property_list_of_macos() -> None:
    """It can be read, names the oldest macOS that Qt runs on, and asks for sharp letters."""
    about = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    assert (about["LSMinimumSystemVersion"], about["NSHighResolutionCapable"]) == ("12.0", True)
    assert about["CFBundleLocalizations"] == ["en", "zh-Hans"]


def test_the_entitlements_of_macos() -> None:
    """One exception to the hardened runtime, and no more."""
    granted = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert granted == {"com.apple.security.cs.allow-unsigned-executable-memory": True}


def test_the_setup_of_windows_speaks_both_languages() -> None:
    """Every text of the setup is there in English and in Chinese, and is used."""
    texts = (PACKAGING / "windows" / "texts.nsh").read_text(encoding="utf-8")
    said = {
        language: set(re.findall(rf"^LangString (TEXT_\w+) \${{LANG_{language}}}", texts, re.MULTILINE))
        for language in ("ENGLISH", "SIMPCHINESE")
    }
    script = (PACKAGING / "windows" / "bindtool.nsi").read_text(encoding="utf-8")
    assert said["ENGLISH"] == said["SIMPCHINESE"] == set(re.findall(r"\$\((TEXT_\w+)\)", script))


def test_the_msi_keeps_its_name_for_upgrades() -> None:
    """With another UpgradeCode an installed bindtool would stay beside the new one."""
    root = ElementTree.parse(PACKAGING / "windows" / "bindtool.wxs").getroot()  # noqa: S314 - our own file
    product = root[0]
    assert product.get("UpgradeCode") == "6B1F0C52-9D0E-4C56-8A5B-2C1A7B0E4D31"
    assert product.get("Id") == "*"


def test_icons(tmp_path: Path) -> None:
    """Both containers list what they hold, and each picture is a PNG."""
    subprocess.run([sys.executable, str(PACKAGING / "icons.py"), str(tmp_path)], check=True, timeout=60)
    ico = (tmp_path / "bindtool.ico").read_bytes()
    _, kind, count = struct.unpack_from("<HHH", ico)
    assert (kind, count) == (1, 8)
    for at in range(count):
        length, offset = struct.unpack_from("<II", ico, 6 + 16 * at + 8)
        assert ico[offset : offset + 8] == b"\x89PNG\r\n\x1a\n"
        assert offset + length <= len(ico)
    icns = (tmp_path / "bindtool.icns").read_bytes()
    assert (icns[:4], struct.unpack_from(">I", icns, 4)[0]) == (b"icns", len(icns))
