"""Writes the manifests by which winget finds bindtool, for the setup and the MSI of one folder.

Usage: `python packaging/windows/winget.py FOLDER` writes three YAML files beside the packages, by the schema that
their last line names. PROJECT_ADDRESS in the environment is the address of the project, such as
https://host/owner/bindtool, in whose release the packages are found; without it the manifests are a draft.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IDENTIFIER = "bindtool.bindtool"
SCHEMA = "1.10.0"
NOWHERE = "https://project.invalid/bindtool"

VERSION_FILE = """\
DefaultLocale: en-US
"""
LOCALE_FILE = """\
PackageLocale: en-US
Publisher: bindtool contributors
PackageName: bindtool
PackageUrl: {project}
License: MIT
ShortDescription: Scan devices and bind them to a Coze channel
Moniker: bindtool
Tags:
- barcode
- coze
- scanner
ReleaseNotesUrl: {project}/releases/tag/v{version}
"""
INSTALLER_FILE = """\
Platform:
- Windows.Desktop
MinimumOSVersion: 10.0.0.0
UpgradeBehavior: install
Installers:
- Architecture: x64
  InstallerType: nullsoft
  Scope: user
  InstallerUrl: {downloads}/{setup.name}
  InstallerSha256: {setup_sum}
  InstallerSwitches:
    Log: /LOG="<LOGPATH>"
  ExpectedReturnCodes:
  - InstallerReturnCode: {in_use}
    ReturnResponse: packageInUse
  - InstallerReturnCode: {per_machine}
    ReturnResponse: alreadyInstalled
  ProductCode: bindtool
- Architecture: x64
  InstallerType: msi
  Scope: machine
  InstallerUrl: {downloads}/{msi.name}
  InstallerSha256: {msi_sum}
  ElevationRequirement: elevatesSelf
  AppsAndFeaturesEntries:
  - UpgradeCode: "{{{upgrade_code}}}"
"""
FILES = {"version": VERSION_FILE, "installer": INSTALLER_FILE, "defaultLocale": LOCALE_FILE}
ENDS = {"version": "", "installer": ".installer", "defaultLocale": ".locale.en-US"}


def found(pattern: str, file: str) -> str:
    """Return what the only group of a pattern matches in a file of the checkout."""
    (match,) = re.findall(pattern, (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    return str(match)


def sha256(file: Path) -> str:
    """Return a file's sum as winget writes it."""
    return hashlib.sha256(file.read_bytes()).hexdigest().upper()


def main(arguments: list[str]) -> int:
    """Write the files; return 1 for an address that winget refuses, 2 for a usage error."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    project = os.environ.get("PROJECT_ADDRESS", "") or NOWHERE
    if not re.fullmatch(r"https://[^\s/]+(/[^\s/]+)*", project):
        print(f"PROJECT_ADDRESS is no https address without a slash at its end: {project}", file=sys.stderr)
        return 1
    if project == NOWHERE:
        print(
            "::warning::winget's manifests are a draft that leads nowhere, there is no PROJECT_ADDRESS",
            file=sys.stderr,
        )
    version = found(r'^__version__ = "(.*)"$', "bindtool/__init__.py")
    setup, msi = folder / f"bindtool-{version}-setup.exe", folder / f"bindtool-{version}.msi"
    known = {
        "project": project,
        "version": version,
        "downloads": f"{project}/releases/download/v{version}",
        "setup": setup,
        "setup_sum": sha256(setup),
        "msi": msi,
        "msi_sum": sha256(msi),
        "in_use": found(r"^!define IN_USE (\d+)$", "packaging/windows/bindtool.nsi"),
        "per_machine": found(r"^!define PER_MACHINE (\d+)$", "packaging/windows/bindtool.nsi"),
        "upgrade_code": found(r'UpgradeCode="([^"]+)"', "packaging/windows/bindtool.wxs"),
    }
    for kind, text in FILES.items():
        head = f"PackageIdentifier: {IDENTIFIER}\nPackageVersion: {version}\n"
        tail = f"ManifestType: {kind}\nManifestVersion: {SCHEMA}\n"
        file = folder / f"{IDENTIFIER}{ENDS[kind]}.yaml"
        file.write_text(head + text.format(**known) + tail, encoding="utf-8", newline="\n")
        print(file.name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
