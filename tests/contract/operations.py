"""The contract's facts, as README.md lays them out."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
Shape = Any  # JSON: a type's name, an object of shapes, an array of at most one shape


@dataclass(frozen=True)
class Operation:
    n: int
    method: str
    path: str
    domain: str
    who: str
    multipart: bool = False
    in_path: list[dict[str, object]] = field(default_factory=list)
    in_query: list[dict[str, object]] = field(default_factory=list)
    in_body: list[dict[str, object]] = field(default_factory=list)
    answers: dict[str, Shape] = field(default_factory=dict)

    @property
    def route(self) -> tuple[str, str]:
        """Method and path with its parameters' names left out."""
        return self.method, nameless(self.path)

    def __str__(self) -> str:
        return f"#{self.n} {self.method} {self.path}"


def nameless(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path).rstrip("/") or "/"


def operations() -> list[Operation]:
    return [Operation(**facts) for facts in json.loads((FOLDER / "operations.json").read_text())]


def todo() -> set[int]:
    lines = (FOLDER / "todo.txt").read_text().splitlines()
    return {int(line.split()[0]) for line in lines if line and not line.startswith("#")}


def built() -> list[Operation]:
    left = todo()
    return [operation for operation in operations() if operation.n not in left]
