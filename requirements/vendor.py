"""Fetches the browser files that the pages use, pinned, into the portal (`make vendor`).

Only a maintainer runs this and needs npm for it; the result is committed, so that nobody who
installs, tests or runs the platform needs npm or a content delivery network.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from xml.etree import ElementTree

VENDOR = Path(__file__).parents[1] / "src/technopole/portal/static/vendor"

# package@version → {file in the package: name here}
FILES = {
    "htmx.org@2.0.11": {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE"},
    "echarts@6.1.0": {
        "dist/echarts.min.js": "echarts.min.js",
        "LICENSE": "echarts.LICENSE",
        "NOTICE": "echarts.NOTICE",
        "licenses/LICENSE-d3": "echarts.LICENSE-d3",
    },
    "@tabler/core@1.6.1": {
        "dist/css/tabler.min.css": "tabler.min.css",
        "dist/js/tabler.min.js": "tabler.min.js",
    },
}
ICON_PACKAGE = "@tabler/icons@3.51.0"
ICONS = """
adjustments alert-triangle archive arrow-left arrow-right arrows-exchange award bell book books
briefcase building building-bank building-community building-factory building-hospital bulb calendar
calendar-due certificate chart-bar chart-dots chart-line chart-pie check checklist chevron-down
chevron-left chevron-right circle-check circle-dashed circle-x clipboard-check clipboard-text clock
coin cpu database dna-2 dots download external-link eye eye-off file-certificate file-download
file-text files filter flag flask gavel hierarchy history home id info-circle language layout-dashboard
link list-check lock lock-open login logout mail map map-pin medical-cross menu-2 message microscope
moon network news note pencil phone photo plant plug plus printer progress-check question-mark refresh
report-analytics robot rocket route scale school search send settings shield-check shield-lock
sort-ascending sort-descending stairs-up star subtask sun table tag target test-pipe timeline tools
trash trending-down trending-up truck upload user user-check user-plus users world x
""".split()

# The package holds no licence file; its package.json and the banner of each file say MIT.
TABLER_LICENSE = """MIT License

{copyright}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense,
and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN
NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def unpack(package: str, folder: Path) -> Path:
    """The contents of an npm package, unpacked below ``folder``."""
    packed = subprocess.run(
        ["npm", "pack", "--json", package], cwd=folder, check=True, capture_output=True, text=True
    )
    target = folder / re.sub(r"\W", "-", package)
    with tarfile.open(folder / json.loads(packed.stdout)[0]["filename"]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def without_source_map(content: bytes) -> bytes:
    """A script or style without the pointer to a map that is not kept here."""
    return re.sub(rb"(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$", b"", content)


def sprite(package: Path) -> bytes:
    """One SVG with a symbol per icon: ``<use href="…/icons.svg#home">``."""
    ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
    whole = ElementTree.Element("svg", {"xmlns": "http://www.w3.org/2000/svg"})
    for name in ICONS:
        drawn = ElementTree.parse(package / f"icons/outline/{name}.svg").getroot()
        symbol = ElementTree.SubElement(whole, "symbol", {"id": name, "viewBox": "0 0 24 24"})
        for shape in drawn:
            shape.tag = shape.tag.rpartition("}")[2]
            shape.tail = None
            symbol.append(shape)
        symbol.tail = "\n"
    return ElementTree.tostring(whole)


def main() -> None:
    """Fetch everything, then write which version each file is from and its SHA-256."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    origin: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for package, wanted in FILES.items():
            unpacked = unpack(package, folder)
            for inside, name in wanted.items():
                content = (unpacked / inside).read_bytes()
                (VENDOR / name).write_bytes(without_source_map(content))
                origin[name] = package
        icons = unpack(ICON_PACKAGE, folder)
        (VENDOR / "icons.svg").write_bytes(sprite(icons))
        (VENDOR / "icons.LICENSE").write_bytes((icons / "LICENSE").read_bytes())
        origin |= {"icons.svg": ICON_PACKAGE, "icons.LICENSE": ICON_PACKAGE}
    banner = (VENDOR / "tabler.min.css").read_text(encoding="utf-8").partition("*/")[0]
    lines = [line.strip(" *") for line in banner.splitlines()]
    copyright_ = "\n".join(line for line in lines if line.startswith("Copyright"))
    (VENDOR / "tabler.LICENSE").write_text(TABLER_LICENSE.format(copyright=copyright_), encoding="utf-8")
    origin["tabler.LICENSE"] = "@tabler/core@1.6.1"
    rows = [
        f"{hashlib.sha256((VENDOR / name).read_bytes()).hexdigest()}  {name}  {package}\n"
        for name, package in sorted(origin.items())
    ]
    (VENDOR / "versions.txt").write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
