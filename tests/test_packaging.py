"""What the packages are made from: property lists, texts of the setup, workflows, the entry of a release."""

from __future__ import annotations

import hashlib
import json
import os
import plistlib
import re
import struct
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bindtool import __version__

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the step runs on Linux, where the packages are made")

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


def test_an_action_has_one_pin() -> None:
    """Every workflow uses the same commit of an action, which is looked at once."""
    texts = "".join(workflow.read_text(encoding="utf-8") for workflow in WORKFLOWS)
    pins = set(re.findall(r"uses: ([\w-]+/[\w-]+)[\w/-]*@(\w+)", texts))
    assert len(pins) > 1
    assert len({name for name, _ in pins}) == len(pins)


def test_no_workflow_may_more_than_its_jobs_say() -> None:
    """The token has no right of its own; each job names those it needs, and only these write anything."""
    writing = {}
    for workflow in WORKFLOWS:
        text = workflow.read_text(encoding="utf-8")
        assert re.search(r"^permissions:( \{\}|\n  contents: read)\n\n", text, re.MULTILINE), workflow.name
        writing[workflow.stem] = set(re.findall(r"^ +([\w-]+): write\b", text, re.MULTILINE))
    assert writing == {
        "ci": set(),
        "codeql": {"security-events"},
        "examples": set(),
        "mutants": set(),
        "release": {"contents", "id-token", "attestations"},
        "scorecard": {"security-events"},
    }


@pytest.mark.parametrize("system", ["linux", "windows", "macos"])
def test_every_package_comes_with_its_list_of_parts(system: str) -> None:
    """The script of each system writes an SBOM beside its packages, and the workflow keeps that folder."""
    script = (PACKAGING / system / "package.sh").read_text(encoding="utf-8")
    assert re.search(r"part_lists\.py sbom ", script)
    assert ".cdx.json" in script
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    folder = "dist/" if system == "linux" else f"dist/{system}/"
    assert re.search(rf"name: packages-.*\n +path: (\|\n +)?{folder}\n", text)


APPENDING = """
import os, pathlib, sys
with pathlib.Path(sys.argv[-1]).open("ab") as file:
    file.write(f" signed by {sys.argv[1]} with {os.environ['SIGNING_TOKEN']}".encode())
"""
NOTHING = "import sys"
FAILING = "import sys; sys.exit(5)"


def sign(folder: Path, program: str, **environ: str) -> tuple[subprocess.CompletedProcess[str], bytes]:
    """Sign a file by a service's program; return the step's end and what the file holds."""
    (folder / "of a service.py").write_text(program, encoding="utf-8")
    file = folder / "bind tool.exe"
    file.write_bytes(b"a program")
    command = f"'{sys.executable}' '{folder / 'of a service.py'}' 'a key'"
    done = subprocess.run(
        [str(PACKAGING / "windows" / "sign.sh"), str(file)],
        env={**os.environ, "SIGNING_TOKEN": "secret", "SIGNING_COMMAND": command, **environ},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    return done, file.read_bytes()


@on_linux
def test_the_command_of_a_signing_service_signs(tmp_path: Path) -> None:
    """It gets the file behind its own arguments and its secret by the environment, and says nothing of it."""
    done, held = sign(tmp_path, APPENDING)
    assert (done.returncode, held) == (0, b"a program signed by a key with secret")
    assert "secret" not in done.stdout + done.stderr


@on_linux
@pytest.mark.parametrize(
    ("program", "environ", "status", "said"),
    [
        (NOTHING, {}, 1, "NOT SIGNED, though the command ended well"),
        (FAILING, {}, 5, ""),
        (NOTHING, {"SIGNING_COMMAND": ""}, 0, "NOT SIGNED, there is neither"),
        (NOTHING, {"SIGNING_CERTIFICATE": "test.pfx"}, 2, "both set"),
    ],
    ids=["nothing signed", "failed", "no signer", "two signers"],
)
def test_what_was_not_signed_is_said(
    tmp_path: Path, program: str, environ: dict[str, str], status: int, said: str
) -> None:
    """A command that signs nothing, fails, is missing or has a rival leaves the file as it was."""
    done, held = sign(tmp_path, program, **environ)
    assert (done.returncode, held) == (status, b"a program")
    assert said in done.stderr


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


def test_the_msi_leaves_the_path_alone_unless_asked() -> None:
    """PATH is a feature of its own, above the level that is installed, and an upgrade keeps the choice."""
    root = ElementTree.parse(PACKAGING / "windows" / "bindtool.wxs").getroot()  # noqa: S314 - our own file
    space = {"": root.tag.partition("}")[0].removeprefix("{")}
    levels = {feature.get("Id"): feature.get("Level") for feature in root.iterfind(".//Feature", space)}
    assert levels == {"bindtool": "1", "path": "2"}
    (component,) = root.iterfind(".//Component[@Id='path']", space)
    value, changed = component.find("RegistryValue", space), component.find("Environment", space)
    search, condition = root.find(".//*[@Id='path_chosen']"), root.find(".//Feature/Condition", space)
    assert value is not None
    assert changed is not None
    assert search is not None
    assert condition is not None
    assert (changed.get("Name"), changed.get("Part")) == ("PATH", "last")
    assert [search.get(name) for name in ("Root", "Key", "Name")] == [
        value.get(name) for name in ("Root", "Key", "Name")
    ]
    assert (condition.get("Level"), condition.text) == ("1", "PATH_CHOSEN")


def test_arm64_is_built_by_the_python_that_it_ships() -> None:
    """A part without a wheel is built by it, and a wheel of another one can't be installed."""
    systems = (PACKAGING / "linux" / "system.sh").read_text(encoding="utf-8")
    (shipped,) = re.findall(r"aarch64\).*SUITE_PYTHON=(\S+)", systems)
    release = (PACKAGING.parent / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    assert f"matrix.system == 'ubuntu-24.04-arm' && '{shipped}'" in release


MANIFESTS = {"": "version", ".installer": "installer", ".locale.en-US": "defaultLocale"}
PROJECT = "https://example.com/owner/bindtool"


def winget(folder: Path, project: str) -> subprocess.CompletedProcess[str]:
    """Write winget's manifests for a setup and an MSI, which are a few bytes each."""
    (folder / f"bindtool-{__version__}-setup.exe").write_bytes(b"a setup")
    (folder / f"bindtool-{__version__}.msi").write_bytes(b"an MSI")
    command = [sys.executable, str(PACKAGING / "windows" / "winget.py"), str(folder)]
    environ = {**os.environ, "PROJECT_ADDRESS": project}
    return subprocess.run(command, env=environ, capture_output=True, encoding="utf-8", check=False, timeout=60)


def test_the_manifests_of_winget(tmp_path: Path) -> None:
    """Three files of one version name both packages by address and sum, and the statuses of the setup."""
    assert winget(tmp_path, PROJECT).returncode == 0
    texts = {
        kind: (tmp_path / f"bindtool.bindtool{end}.yaml").read_text(encoding="utf-8")
        for end, kind in MANIFESTS.items()
    }
    for kind, text in texts.items():
        assert text.startswith(f"PackageIdentifier: bindtool.bindtool\nPackageVersion: {__version__}\n")
        assert re.search(rf"^ManifestType: {kind}\nManifestVersion: 1\.10\.0\n\Z", text, re.MULTILINE)
    installer = texts["installer"]
    downloads = f"{PROJECT}/releases/download/v{__version__}"
    assert re.findall(r"^  InstallerUrl: (.*)\n  InstallerSha256: (.*)$", installer, re.MULTILINE) == [
        (f"{downloads}/bindtool-{__version__}-setup.exe", hashlib.sha256(b"a setup").hexdigest().upper()),
        (f"{downloads}/bindtool-{__version__}.msi", hashlib.sha256(b"an MSI").hexdigest().upper()),
    ]
    kinds = re.findall(r"InstallerType: (.*)\n  Scope: (.*)", installer)
    assert kinds == [("nullsoft", "user"), ("msi", "machine")]
    assert re.findall(r"InstallerReturnCode: (\d)\n +ReturnResponse: (\w+)", installer) == [
        ("4", "packageInUse"),
        ("6", "alreadyInstalled"),
    ]
    assert '"{6B1F0C52-9D0E-4C56-8A5B-2C1A7B0E4D31}"' in installer
    assert f"ReleaseNotesUrl: {PROJECT}/releases/tag/v{__version__}\n" in texts["defaultLocale"]


@pytest.mark.parametrize(
    ("project", "status", "said"),
    [
        ("", 0, "leads nowhere"),
        ("http://example.com/bindtool", 1, "no https address"),
        (f"{PROJECT}/", 1, "no https"),
    ],
)
def test_an_address_that_winget_can_not_use(tmp_path: Path, project: str, status: int, said: str) -> None:
    """Without an address the manifests are a draft, which is said; with a wrong one there are none."""
    done = winget(tmp_path, project)
    assert done.returncode == status
    assert said in done.stderr
    assert len(list(tmp_path.glob("*.yaml"))) == (0 if status else len(MANIFESTS))


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


def test_mutants_are_drawn_of_modules_that_are_there() -> None:
    """Each pattern of the modules that decide finds some, and each has tests near it that are there."""
    code = (
        "import json, mutants\n"
        "print(json.dumps([[[str(path) for path in (mutants.ROOT / 'bindtool').glob(pattern)] for pattern in"
        " mutants.DECIDING], [mutants.nearest(module) for module in mutants.modules()]]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PACKAGING, capture_output=True, text=True, check=True)
    found, runs = json.loads(done.stdout)
    assert all(found)
    tests = {test for of_module in runs for run in of_module for test in run if not test.startswith("-")}
    assert [test for test in tests if not (ROOT / test).exists()] == []
