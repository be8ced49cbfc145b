"""Lists the parts of a frozen bindtool in two formats: an SBOM, and the copyright file of the .deb.

Usage: `python packaging/part_lists.py sbom BUNDLE COMMIT EPOCH OUT` writes CycloneDX 1.6 in JSON and validates it
by the schema; COMMIT and EPOCH are the commit and its time in seconds since 1970, and one commit gives one list,
byte for byte. `python packaging/part_lists.py copyright BUNDLE` prints every licence; the GNU and Apache licences
are only named, since Debian has them on each machine (Debian Policy 12.5). BUNDLE: the program folder.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bindtool.core.diagnostics.licences import LIBRARY, BundledPart, all_parts

PROGRAM = "bindtool"
SPECIFICATION = "1.6"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_OID, PROGRAM)

RULE = "-" * 78
GNU = re.compile(r"^\s*GNU (LESSER )?GENERAL PUBLIC LICENSE\n\s*Version \d", re.MULTILINE)
GNU_REFERENCE = """\
This part is used under version 3 of the GNU Lesser General Public License, which refers to version 3 of the
GNU General Public License. On Debian systems the texts are in /usr/share/common-licenses/LGPL-3 and
/usr/share/common-licenses/GPL-3. How to replace the libraries of Qt is said in the program, in its menu under
"Licences"; they lie in /usr/lib/bindtool/_internal."""
APACHE = re.compile(r"[ \t]*Apache License\s+Version 2\.0, January 2004.*?END OF TERMS AND CONDITIONS", re.DOTALL)
APACHE_REFERENCE = "Apache License, Version 2.0: on Debian systems in /usr/share/common-licenses/Apache-2.0"


def parts_of(bundle: Path) -> tuple[BundledPart, ...]:
    """Return the parts of the program in `bundle`, as its own licence dialog shows them.

    Raises SystemExit if a part has no licence text.
    """
    # On macOS they are beside the program, in Resources of the .app.
    inside = next(path for path in (bundle / "_internal", bundle) if path.is_dir())
    found = all_parts(inside / "bindtool" / "resources" / "parts.json")
    silent = [part.name for part in found if not part.text]
    if silent or not found:
        raise SystemExit(f"no licence was found for: {', '.join(silent) or 'anything'}")
    return found


def sbom(found: tuple[BundledPart, ...], commit: str, epoch: int) -> dict[str, Any]:
    """Return the SBOM as JSON values."""
    program = next(part for part in found if part.name == PROGRAM)
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPECIFICATION}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, commit)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).isoformat(),
            "component": {
                **component(program, "application"),
                "properties": [{"name": "bindtool:commit", "value": commit}],
            },
        },
        "components": [component(part, "library") for part in found if part is not program],
    }


def component(part: BundledPart, kind: str) -> dict[str, Any]:
    """Return one part as JSON values."""
    vendor = "debian/" if part.origin == "deb" else ""
    name = part.name.lower().replace("_", "-") if part.origin == LIBRARY else part.name
    purl = f"pkg:{part.origin}/{vendor}{quote(name)}@{quote(part.version)}"
    known: dict[str, Any] = {
        "type": kind,
        "bom-ref": purl,
        "name": part.name,
        "version": part.version,
        "purl": purl,
    }
    if part.licence:
        known["licenses"] = [{"license": {"name": part.licence}}]
    return known


def write_sbom(bundle: Path, commit: str, epoch: int, out: Path) -> int:
    """Write the SBOM; return 1 if it is invalid by the schema."""
    # Imported here, since the copyright file doesn't need it.
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    found = parts_of(bundle)
    text = json.dumps(sbom(found, commit, epoch), indent=1, ensure_ascii=False) + "\n"
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault is not None:
        print(f"{out.name} is no CycloneDX {SPECIFICATION}: {fault}", file=sys.stderr)
        return 1
    out.write_text(text, encoding="utf-8")
    print(f"{out.name}: {len(found)} parts")
    return 0


def print_copyright(bundle: Path) -> int:
    """Print bindtool's own licence and that of each part."""
    found = parts_of(bundle)
    own = next(part for part in found if part.name == PROGRAM)
    print("bindtool is distributed under this licence:\n")
    print(own.text)
    print(f"\nThe package bundles {len(found) - 1} other parts. Each has its own licence:")
    for part in found:
        if part is not own:
            print(f"\n{RULE}\n{part.name} {part.version}  {part.licence}\n{RULE}\n")
            print(GNU_REFERENCE if GNU.search(part.text) else APACHE.sub(APACHE_REFERENCE, part.text))
    return 0


def main(arguments: list[str]) -> int:
    """Run the command given; return 2 for a usage error."""
    match arguments:
        case ["sbom", bundle, commit, epoch, out]:
            return write_sbom(Path(bundle), commit, int(epoch), Path(out))
        case ["copyright", bundle]:
            return print_copyright(Path(bundle))
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
