"""What is told of a video that failed is told in every language."""

import ast
import re
from pathlib import Path

import pytest

import storecast
from storecast.domains.media.uploads.intake import NOT_AS_SENT
from storecast.domains.media.uploads.service import NOT_FINISHED

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


def failures() -> set[str]:
    """What a video that failed is said to lack besides."""
    processor = ast.parse((PACKAGE / "domains/media/processor.py").read_text())
    calls = [call for call in ast.walk(processor) if isinstance(call, ast.Call)]
    said = {
        _sentence(call.args[1])
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "_fail" and len(call.args) > 1
    }
    return said - {""} | {NOT_AS_SENT, NOT_FINISHED}


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
    told = (refusals() | failures()) - OF_PROGRAMS
    unsaid = [each for each in told if not any(re.fullmatch(key, each) for key in known)]
    assert unsaid == []
