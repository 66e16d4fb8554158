"""What is told of a video that failed is told in every language."""

import ast
import re
from pathlib import Path

import pytest

import storecast

PACKAGE = Path(storecast.__file__).parent
TEXTS = Path(__file__).parents[3] / "web/src/texts"
OF_PROGRAMS = {  # spans that the API has looked at before
    "A part begins within the video, and ends after it has begun.",
    "A video is cut into 1 to {} parts.",
    "There is no picture between the times of a part.",
}


def refusals() -> set[str]:
    """The sentences that processing refuses a file with, `{}` for what is filled in."""
    return {
        _sentence(call.args[0])
        for path in (PACKAGE / "processing").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Refused" and call.args
    } - {""}


def _sentence(said: ast.expr) -> str:
    if isinstance(said, ast.Constant):
        return str(said.value)
    if isinstance(said, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in said.values)
    return ""


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "ar", "zh"])
def test_each_is_said_in_the_studio(language: str) -> None:
    text = (TEXTS / language / "library.ts").read_text()
    block = re.search(r"\n  problems: \{\n(.*?)\n  \},", text, re.DOTALL)
    assert block is not None
    known = [re.escape(key).replace(r"\{\}", ".*") for key in re.findall(r'^    "(.*?)":', block[1], re.MULTILINE)]
    unsaid = [each for each in refusals() - OF_PROGRAMS if not any(re.fullmatch(key, each) for key in known)]
    assert unsaid == []
