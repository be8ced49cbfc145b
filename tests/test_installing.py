"""What pip installs: an sdist holds all that a wheel is built from, and a wheel is the whole program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

import pytest

from bindtool import __version__
from bindtool.core.diagnostics.licences import all_parts
from tests.checkout import ROOT, kept_files

BUILD_STEPS = Path("packaging", "build_steps.py")
CATALOGUES = {f"translations/{language}/LC_MESSAGES/bindtool" for language in ("en", "zh_CN")}


@dataclass(frozen=True)
class Built:
    """A wheel of a checkout at a `commit`, an sdist of it, that `unpacked`, and a wheel of that alone."""

    commit: str
    wheel: Path
    sdist: Path
    unpacked: Path
    wheel_of_sdist: Path


def git(checkout: Path, *arguments: str) -> str:
    """Run git in a checkout and return what it says."""
    person = ["-c", "user.name=x", "-c", "user.email=x@example.invalid"]
    done = subprocess.run(["git", *person, *arguments], cwd=checkout, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def copy(names: Iterable[PurePath], to: Path) -> Path:
    """Copy files of this checkout into a new one with one commit."""
    for name in names:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, to / name)
    git(to, "init", "--quiet")
    git(to, "commit", "--quiet", "--allow-empty", "--message=x")
    return to


def build(kind: str, source: Path, to: Path) -> Path:
    """Have setuptools build an sdist or a wheel, with what this environment has; return the file."""
    code = f"import sys, setuptools.build_meta as backend; backend.build_{kind}(sys.argv[1])"
    to.mkdir()
    subprocess.run([sys.executable, "-c", code, str(to)], cwd=source, check=True, capture_output=True, timeout=120)
    (file,) = to.iterdir()
    return file


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return what was built of a copy of this checkout."""
    folder = tmp_path_factory.mktemp("built")
    checkout = copy(kept_files(), folder / "checkout")
    sdist = build("sdist", checkout, folder / "sdist")
    subprocess.run(["tar", "-xzf", sdist.name], cwd=sdist.parent, check=True, timeout=60)
    unpacked = sdist.parent / f"bindtool-{__version__}"
    wheel_of_sdist = build("wheel", unpacked, folder / "wheel_of_sdist")
    commit = git(checkout, "rev-parse", "--short=12", "HEAD")
    return Built(commit, build("wheel", checkout, folder / "wheel"), sdist, unpacked, wheel_of_sdist)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the command of a bindtool that was installed from its wheel, away from the checkout."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, symlinks=sys.platform != "win32")
    paths = sysconfig.get_paths("venv", vars={"base": str(folder), "platbase": str(folder)})
    suffix = ".exe" if sys.platform == "win32" else ""
    python = Path(paths["scripts"], f"python{suffix}")
    # The libraries are this environment's. The .pth files among them are not read, so the checkout, which is
    # installed there as editable, stays out.
    Path(paths["purelib"], "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "install"]
    options = ["--quiet", "--no-deps", "--no-index", "--force-reinstall"]
    subprocess.run([*pip, *options, str(built.wheel)], check=True, timeout=120)
    return Path(paths["scripts"], f"bindtool{suffix}")


def run(command: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed program away from the checkout, with data of its own."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTHON"))}
    environ |= {"BINDTOOL_DATA_DIR": str(folder / "data"), "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
    return subprocess.run([command, *arguments], cwd=folder, env=environ, capture_output=True, encoding="utf-8",
        timeout=120, check=False)  # fmt: skip


def resources_of(names: Iterable[str]) -> set[str]:
    """Return those below bindtool/resources, from there on."""
    inside = "bindtool/resources/"
    return {name.removeprefix(inside) for name in names if name.startswith(inside)}


def test_a_wheel_holds_every_resource(built: Built) -> None:
    """Icons, sounds, guide pages and sample lists are there as committed; words, commit and parts as made."""
    with zipfile.ZipFile(built.wheel) as archive:
        packed = resources_of(archive.namelist())
    committed = {file.relative_to("resources") for file in kept_files() if file.parts[0] == "resources"}
    kept = {file.as_posix() for file in committed if file.suffix != ".po"}
    assert {PurePath(file).parts[0] for file in kept} >= {"guide", "icons", "sample", "sounds"}
    assert packed == kept | {f"{catalogue}.mo" for catalogue in CATALOGUES} | {"commit", "parts.json"}


def test_an_sdist_is_enough_for_a_wheel(built: Built) -> None:
    """The sdist has the licence and the words, and its wheel is the checkout's, byte for byte."""
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", *(f"resources/{catalogue}.po" for catalogue in CATALOGUES)} <= names
    assert {name for name in names if name.startswith("tests") or name.endswith(".mo")} == set()
    with zipfile.ZipFile(built.wheel) as ours, zipfile.ZipFile(built.wheel_of_sdist) as theirs:
        assert {each.filename: each.CRC for each in ours.infolist()} == {
            each.filename: each.CRC for each in theirs.infolist()
        }


def test_a_build_needs_none_of_the_libraries() -> None:
    """What the build imports of the program runs where nothing is installed, as pip builds it."""
    subprocess.run(
        [sys.executable, "-S", "-c", "import bindtool.core.diagnostics.licences"], cwd=ROOT, check=True, timeout=60
    )


def commit_noted_by(source: Path, folder: Path, **environ: str) -> str:
    """Have the sources note their commit in a new folder, and return it."""
    folder.mkdir()
    command = [sys.executable, str(source / BUILD_STEPS), str(folder)]
    subprocess.run(command, env={**os.environ, **environ}, check=True, timeout=60)
    return (folder / "commit").read_text(encoding="ascii").strip()


def test_sources_without_a_checkout(built: Built, tmp_path: Path) -> None:
    """An sdist goes on saying what it was made of; of any other archive nobody knows the commit."""
    archive = tmp_path / "archive"
    shutil.copytree(built.unpacked, archive)
    git(tmp_path, "init", "--quiet")  # a checkout of something else around it is not asked
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message=x")
    assert commit_noted_by(archive, tmp_path / "sdist") == built.commit
    (archive / "resources" / "commit").unlink()
    assert commit_noted_by(archive, tmp_path / "zip") == ""


def test_a_checkout_without_git(tmp_path: Path) -> None:
    """Nobody can say the commit then, and everything else is made."""
    assert commit_noted_by(ROOT, tmp_path / "made", PATH=str(tmp_path)) == ""
    assert {path.suffix for path in (tmp_path / "made").rglob("*.*")} == {".json", ".mo"}


def test_an_installed_bindtool_knows_what_it_is(built: Built, installed: Path, tmp_path: Path) -> None:
    """It names its version and the commit that it was built from, though there is no git."""
    done = run(installed, tmp_path, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"bindtool {__version__}" in done.stdout
    assert f"commit {built.commit}\n" in done.stdout


def test_an_installed_bindtool_knows_its_parts(installed: Path) -> None:
    """Libraries that pip has put beside it are found with their versions and licences, as in the checkout."""
    (parts,) = installed.parents[1].rglob("parts.json")
    assert all_parts(parts) == all_parts(ROOT / "resources" / "parts.json")


def test_an_installed_bindtool_binds(installed: Path, tmp_path: Path) -> None:
    """The sample list that it brings goes through in practice mode: one device is refused, the others are bound."""
    (sample,) = installed.parents[1].rglob("sample/devices.csv")
    done = run(installed, tmp_path, "bind", str(sample), "--practice")
    assert done.returncode == 1, done.stderr
    states = [line.split("\t")[0] for line in done.stdout.splitlines()]
    assert states == [*["bound"] * 8, "refused", *["bound"] * 11]
    assert re.search(r"\n19 bound, 1 refused\n\d+ requests\nCode 4000: [^\n]+\n\Z", done.stderr)


def test_an_installed_bindtool_looks_well(installed: Path, tmp_path: Path) -> None:
    """Its look at itself finds all its parts: words, icons, libraries, the window."""
    report = tmp_path / "report"
    done = run(installed, tmp_path, "--smoke", "--report", str(report))
    lines = report.read_text(encoding="utf-8").splitlines()
    assert done.returncode == 0, lines
    assert [line for line in lines if not line.startswith("ok\t")] == []
