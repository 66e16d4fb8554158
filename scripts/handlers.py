"""How much of the API is carried by hand: `python scripts/handlers.py [REVISION]`.

Counts the handlers of operations in `storecast/domains`, here or as of a revision: how many, the lines they take
(decorator, signature, docstring and body), their dependency parameters, the lines on which such parameters stand alone,
and their statements.
"""

import ast
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERBS = {"get", "post", "put", "patch", "delete"}
FOLDER = "storecast/domains"


@dataclass
class Count:
    handlers: int = 0
    lines: int = 0
    dependencies: int = 0
    dependency_lines: int = 0
    statements: int = 0

    def add(self, handler: ast.AsyncFunctionDef) -> None:
        first = min(decorator.lineno for decorator in handler.decorator_list)
        injected = [each for each in _arguments(handler) if "NamedDependency[" in ast.unparse(each.annotation or each)]
        shared = {each.lineno for each in _arguments(handler) if each not in injected} | {handler.lineno}
        self.handlers += 1
        self.lines += (handler.end_lineno or first) - first + 1
        self.dependencies += len(injected)
        self.dependency_lines += len({each.lineno for each in injected} - shared)
        self.statements += sum(isinstance(node, ast.stmt) for each in handler.body for node in ast.walk(each)) - bool(
            ast.get_docstring(handler)
        )


def count(sources: list[str]) -> Count:
    total = Count()
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.AsyncFunctionDef) and any(map(_is_route, node.decorator_list)):
                total.add(node)
    return total


def sources(revision: str | None) -> list[str]:
    if revision is None:
        return [path.read_text() for path in sorted((ROOT / FOLDER).rglob("*.py"))]
    names = _git("ls-tree", "-r", "--name-only", revision, FOLDER).splitlines()
    return [_git("show", f"{revision}:{name}") for name in names if name.endswith(".py")]


def _is_route(decorator: ast.expr) -> bool:
    if not (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id in VERBS):
        return False
    return any(keyword.arg == "operation_id" for keyword in decorator.keywords)


def _arguments(handler: ast.AsyncFunctionDef) -> list[ast.arg]:
    return [*handler.args.posonlyargs, *handler.args.args, *handler.args.kwonlyargs]


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def main() -> None:
    found = count(sources(sys.argv[1] if len(sys.argv) > 1 else None))
    for name, value in vars(found).items():
        sys.stdout.write(f"{name.replace('_', ' '):18} {value}\n")


if __name__ == "__main__":
    main()
