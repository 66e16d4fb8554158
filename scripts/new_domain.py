"""Starts a domain: `make new-domain NAME=questions`.

Writes the files every domain has and declares its layer above the others; what is left to do is printed.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LAYERS = 'containers = ["storecast.domains"]\nexhaustive = true\nlayers = [\n'
FILES = {
    "__init__.py": '"""{Title}: what it is for, in two sentences."""\n',
    "errors.py": '''"""What can be wrong with {name}."""

from storecast.kit.errors import NotFound


class {Class}NotFound(NotFound):
    title = "{Title} not found"
''',
    "schemas.py": '''"""What goes in and out."""

from msgspec import Struct


class {Class}View(Struct):
    id: str
''',
    "service.py": '''"""The rules of {name}. One call is one transaction."""

from storecast.domains.{name}.errors import {Class}NotFound
from storecast.domains.{name}.schemas import {Class}View
from storecast.kit.database import Database


class {Class}Service:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def show(self, id: str) -> {Class}View:
        """Raises `{Class}NotFound`."""
        raise {Class}NotFound
''',
    "routes.py": '''"""HTTP of {name}: parse, authorise, call, answer."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from storecast.domains.{name}.schemas import {Class}View
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit


class {Class}Controller(Controller):
    path = "/{path}"
    tags = ("{Title}",)

    @get("/{{id:str}}", operation_id="show{Class}")
    async def show(self, id: FromPath[str], unit: NamedDependency[Unit]) -> Data[{Class}View]:
        """Show one."""
        return Data(await unit.{name}.show(id))
''',
}
LEFT = """Started storecast/domains/{name}. Left to do:
  its place among the layers in pyproject.toml (it stands on top)
  {Class}Controller in storecast/entrypoints/api.py, {Class}Service as `{name}` in storecast/wiring/services.py
  models.py and repository.py when it keeps something, with a migration
  tests in tests/domains/{name}; for operations of the contract see tests/contract/README.md
"""


def main() -> None:
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if not re.fullmatch(r"[a-z][a-z_]*[a-z]", name):
        sys.exit("Name the domain in lower case: make new-domain NAME=questions")
    folder = ROOT / "storecast" / "domains" / name
    if folder.exists():
        sys.exit(f"There is a domain {name} already")
    title = name.replace("_", " ").capitalize()
    words = {"name": name, "path": name.replace("_", "-"), "Title": title, "Class": name.title().replace("_", "")}
    project = ROOT / "pyproject.toml"
    layered = project.read_text()
    if LAYERS not in layered:
        sys.exit("pyproject.toml declares no layers of domains where they are expected")
    project.write_text(layered.replace(LAYERS, f'{LAYERS}    "{name}",\n'))
    for place in (folder, ROOT / "tests" / "domains" / name):
        place.mkdir(parents=True)
    for file, text in FILES.items():
        (folder / file).write_text(text.format(**words))
    (ROOT / "tests" / "domains" / name / "__init__.py").touch()
    sys.stdout.write(LEFT.format(**words))


if __name__ == "__main__":
    main()
