"""The walls of the house, as far as a machine can see them: imports, sizes, and what may not be committed."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from bindtool.core.model.device import Device
from tests.checkout import ROOT, kept_files

MOST_LINES = 700
FEWEST_LINES = 40
"""Of a module that need not say why it is one."""

MOST_IN_A_FOLDER = 16
MOST_AT_THE_START = 253
"""Modules and packages, of which there are some 45, that a window loads before it takes scans."""

# Put together from parts, so that this file names none itself.
REGISTRIES = [f"{name}.org" for name in ("pypi", "pythonhosted", "registry.npmjs", "deb.debian")]
MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:home|opt|root|work|Users)/|[A-Z]:\\+Users\\", re.ASCII)

# Papers that are not in the repository, by the names under which code once pointed at them. The brackets keep this
# file from naming them itself.
ELSEWHERE = re.compile(
    r"field note[s]|API fact[s]|fact[s] page|\(fact[s]: (?:unknown|\d)|\(contrac[t],|[Tt]he contrac[t]\b|"
    r"(?:\(|see the )desig[n]\b|(?<!\w)share[d]/"
)
# A name that is put together when the program runs, or that stands for any, is none.
DOCUMENT = re.compile(r"(?<![\w{}*./-])(?!NAME\.)(?:[\w.-]+/)*[\w.-]+\.md\b")


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Run some Python in a fresh process at the top of the checkout, loaded with nothing that measures it."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


def committed_texts() -> dict[str, str]:
    """Give the text files that git keeps or would keep, by their path from the top of the checkout."""
    contents = {name.as_posix(): (ROOT / name).read_bytes() for name in kept_files()}
    return {name: data.decode(errors="replace") for name, data in contents.items() if b"\0" not in data}


def test_imports_keep_to_the_walls() -> None:
    """Every contract of pyproject.toml holds: layers, no Qt in the core, one importer for each library."""
    done = python(
        "import sys\nfrom importlinter.cli import lint_imports\nsys.exit(lint_imports(no_logo=True, no_cache=True))"
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_command_line_loads_no_qt() -> None:
    """A process that imports the command line has loaded nothing of Qt and nothing of the window."""
    done = python("import sys, bindtool.cli\nprint('\\n'.join(sys.modules))")

    assert done.returncode == 0, done.stderr
    heavy = ("PySide6", "shiboken6", "qasync", "bindtool.gui", "bindtool.app")
    assert [name for name in done.stdout.split() if name.startswith(heavy)] == []


def test_a_bind_starts_without_what_few_binds_need() -> None:
    """What a proxy, a report, a workbook or a shared ledger needs is not loaded before the first request."""
    done = python(
        "import sys, bindtool.__main__, bindtool.cli.command_line, bindtool.cli.process_environment\n"
        "import bindtool.cli.commands.bind, bindtool.core.jobs.channel_run, bindtool.core.api.transport\n"
        "print('\\n'.join(sys.modules))"
    )

    assert done.returncode == 0, done.stderr
    later = {
        *("charset_normalizer", "ctypes", "http.server", "keyring", "pg8000", "webbrowser", "xlrd", "xlsxwriter"),
        *("bindtool.core.common.output_files", "bindtool.core.reports.csv_writer", "bindtool.core.reports.rows"),
        *("bindtool.core.network.tunnel", "bindtool.core.sign_in.renewal", "bindtool.core.tabular.formats.xlsx"),
        *("bindtool.core.shared_ledger.ledger", "bindtool.practice.server"),
    }
    assert later.intersection(done.stdout.split()) == set()


def test_the_first_picture_waits_for_nothing_heavy() -> None:
    """Before the window is painted no library is loaded but Qt: no HTTP, no keyring, no sound, no spreadsheet."""
    done = python("import sys, bindtool.__main__, bindtool.app.start\nprint('\\n'.join(sys.modules))")

    assert done.returncode == 0, done.stderr
    heavy = {
        "argparse",
        "asyncio",
        "charset_normalizer",
        "filelock",
        "httpcore",
        "httpx",
        "keyring",
        "miniaudio",
        "pg8000",
        "qasync",
        "serial",
        "sqlite3",
        "xlrd",
        "xlsxwriter",
    }
    assert heavy.intersection(done.stdout.split()) == set()


def test_the_window_opens_without_the_library_for_http() -> None:
    """What is needed with the first request, list or report is not loaded while the window opens."""
    done = python(
        "import sys, importlib, bindtool.app.start as start\n"
        "[importlib.import_module(name) for name in start._IN_PIECES]\n"
        "print('\\n'.join(sys.modules))"
    )

    assert done.returncode == 0, done.stderr
    later = {
        *("charset_normalizer", "httpx", "httpcore", "keyring", "pg8000", "xlrd", "xlsxwriter", "PySide6.QtDBus"),
        *("hashlib", "platform", "shlex", "bindtool.core.binding.rate_limiter"),
        *("bindtool.core.network.proxy", "bindtool.core.tabular.reader", "bindtool.gui.binding.to_handle.panel"),
        *(
            "bindtool.gui.profiles.welcome_page",
            "bindtool.gui.profiles.form_page",
            "bindtool.gui.reports.controller",
        ),
        *("bindtool.gui.sheet.tools.compare_panel", "bindtool.gui.support.support_bundle"),
        *("bindtool.gui.common.util.file_dialogs", "bindtool.gui.history.controller"),
        *("bindtool.gui.common.widgets.form_field", "bindtool.gui.scanners.serial_port_dialog"),
    }
    loaded = done.stdout.split()
    assert later.intersection(loaded) == set()
    assert len([name for name in loaded if name.startswith("bindtool.")]) <= MOST_AT_THE_START


def test_the_window_opens_without_a_look_at_sources() -> None:
    """Qt for Python does not read the source of whatever is loaded after it, and nothing is kept of it."""
    done = python(
        "import importlib, linecache, bindtool.__main__ as program\n"
        "program._import_as_python_does()\n"
        "start = importlib.import_module('bindtool.app.start')\n"
        "[importlib.import_module(name) for name in start._IN_PIECES]\n"
        "print([path for path in linecache.cache if '/bindtool/' in path])"
    )

    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def modules() -> dict[Path, str]:
    """Give the modules of the program by their paths in it, without those that make a folder a package."""
    paths = (path for path in (ROOT / "bindtool").rglob("*.py") if path.name != "__init__.py")
    return {path.relative_to(ROOT / "bindtool"): path.read_text(encoding="utf-8") for path in paths}


def test_a_module_is_read_in_one_go() -> None:
    """No module of the program is longer than that."""
    lengths = {str(path): len(text.splitlines()) for path, text in modules().items()}

    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_a_sliver_says_why() -> None:
    """A module of a few lines has a reason to be one, which its docstring gives."""
    slivers = {str(path): text for path, text in modules().items() if len(text.splitlines()) < FEWEST_LINES}
    reasons = {path: " ".join((ast.get_docstring(ast.parse(text)) or "").split()) for path, text in slivers.items()}

    assert [path for path, reason in reasons.items() if "module of its own" not in reason] == []


def test_a_name_is_given_once() -> None:
    """At the top of a module; of two constants with one name the second would count for both."""
    twice = []
    for path, text in modules().items():
        given = Counter(name for node in ast.parse(text).body for name in names_given(node))
        twice += [f"{path}: {name}" for name, count in given.items() if count > 1]

    assert twice == []


def names_given(node: ast.stmt) -> list[str]:
    """Return the names that a statement gives to a class, a function or values."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = (
        node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    )
    return [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]


def test_what_a_function_does_stands_at_its_top() -> None:
    """Of a public one with more than one statement, unless Qt calls it: for others the name says it."""
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path, text in modules().items()
        for parent in ast.walk(ast.parse(text))
        if isinstance(parent, ast.Module) or (isinstance(parent, ast.ClassDef) and parent.name[0] != "_")
        for node in parent.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if len(node.body) > 1 and not node.name.startswith("_") and node.name.islower()
        if ast.get_docstring(node) is None
    ]
    assert silent == []


def test_values_hold() -> None:
    """Writing to one raises: a dataclass is frozen, unless it is named here and keeps a state of its own."""
    kept = {"ScanSession", "_Cut", "RateLimiter", "_Memory", "_ClaimQuery", "ChannelTurn"}
    written = {
        found.name
        for text in modules().values()
        for found in ast.walk(ast.parse(text))
        if isinstance(found, ast.ClassDef)
        for made in map(ast.unparse, found.decorator_list)
        if made.startswith("dataclass") and "frozen=True" not in made
    }

    assert written == kept
    with pytest.raises(FrozenInstanceError):
        setattr(Device("SPK1", "label"), "device_id", "SPK2")  # noqa: B010 - what the type checker would not let pass


def test_a_folder_is_seen_at_once() -> None:
    """No folder of the program holds more modules than that."""
    folders = Counter(str(path.parent) for path in modules())

    assert {folder: count for folder, count in folders.items() if count > MOST_IN_A_FOLDER} == {}


def test_every_package_says_what_it_is_about() -> None:
    """The file that makes a folder a package has a docstring."""
    inits = {path: ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "bindtool").rglob("__init__.py")}

    assert [str(path) for path, tree in inits.items() if not ast.get_docstring(tree)] == []


def test_every_package_is_in_the_wheel() -> None:
    """The list of packages in pyproject.toml names each folder of the program that holds Python."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "bindtool").rglob("*.py")}
    packages = {".".join(folder.parts) for folder in folders}

    assert set(settings["packages"]) == packages | {"bindtool.resources"}


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    """What is committed holds on any machine: no registry's host, no absolute path of somebody's folder."""
    found = [
        f"{name}: {line.strip()}"
        for name, text in committed_texts().items()
        for line in text.splitlines()
        if MACHINE_PATH.search(line) or any(host in line for host in REGISTRIES)
    ]

    assert found == []


def test_every_shell_script_is_judged() -> None:
    """`make style` hands every script of a shell to shellcheck, whatever its name ends with."""
    asked = ["make", "--no-print-directory", "--eval", "scripts: ; @echo $(SHELL_SCRIPTS)", "scripts"]
    judged = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    scripts = {
        name
        for name, text in committed_texts().items()
        if name.endswith(".sh") or re.match(r"#!.*\b(?:ba|da)?sh\b", text)
    }

    assert set(judged) == scripts


def test_a_document_that_is_named_is_here() -> None:
    """Whoever follows a link or looks a thing up finds it: no text points at a paper outside the repository."""
    texts = committed_texts()

    def is_here(document: str, named_in: str) -> bool:
        document = document.removeprefix("../blob/HEAD/")  # a form's link to the file in the repository
        if named_in.endswith(".md"):
            return (ROOT / named_in).parent.joinpath(document).is_file() or (ROOT / document).is_file()
        return any(f"/{name}".endswith(f"/{document}") for name in texts)

    found = [
        f"{name}: {named}"
        for name, text in texts.items()
        for named in [
            *ELSEWHERE.findall(text),
            *(document for document in DOCUMENT.findall(text) if not is_here(document, name)),
        ]
    ]

    assert found == []


def test_the_architecture_names_modules_that_are_here() -> None:
    """Every folder and module in bindtool/README.md exists: it is moved or renamed there too."""
    text = (ROOT / "bindtool" / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w.]+(?:/[\w.]*)+)`", text)

    assert len(named) > 50
    assert [path for path in named if not any((root / path).exists() for root in (ROOT, ROOT / "bindtool"))] == []


def test_where_a_change_goes_is_where_it_says() -> None:
    """The table in bindtool/README.md names whole paths, and a name beside a file stands in it."""
    text = (ROOT / "bindtool" / "README.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| .* \| (.*) \|$", text.partition("\n## Where a change goes\n")[2], re.MULTILINE)
    lost = []
    for clause in (clause for cell in cells for clause in cell.split("; ")):
        quoted = re.findall(r"`([^`]+)`", clause)
        paths = [name for name in quoted if "/" in name or name.endswith((".py", ".toml"))]
        found = [path for name in paths for path in (ROOT / "bindtool" / name, ROOT / name) if path.exists()]
        names = [name for name in quoted if name not in paths]
        inside = " ".join(file.read_text(encoding="utf-8") for file in found if names and file.is_file())
        lost += [name for name in names if not re.search(rf"\b{re.escape(name)}\b", inside)]
        lost += paths if len(found) < len(paths) else []

    assert len(cells) > 30
    assert lost == []


def test_the_packaging_folder_is_no_package() -> None:
    """packaging/ shadows no library: as a package it would hide the one of that name, which pytest needs."""
    names = {path.name for path in (ROOT / "packaging").iterdir()}

    assert names.isdisjoint({"__init__.py", "build.py"})


def test_qt_survives_forty_thousand_turns() -> None:
    """The locked PySide6 keeps its references to None: 6.12.0 aborts CPython 3.11 within this many turns."""
    done = python(
        "import sys\n"
        "from PySide6.QtCore import QCoreApplication, QTimer\n"
        "loop, turns = QCoreApplication([]), iter(range(40_000))\n"
        "def turn():\n"
        "    QTimer.singleShot(0, turn if next(turns, None) is not None else loop.quit)\n"
        "turn()\n"
        "sys.exit(loop.exec())"
    )

    assert done.returncode == 0, done.stderr
