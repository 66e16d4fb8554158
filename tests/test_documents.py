"""What the documents say of the project, where it can be checked."""

import re
from pathlib import Path

import pytest

from tests.contract.operations import operations, todo

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "tests" / "contract" / "README.md"])
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    broken = [target for target in LINK.findall(document.read_text()) if not (document.parent / target).exists()]
    assert broken == []


def test_readme_says_how_much_is_built() -> None:
    missing = len(todo())
    built = len(operations()) - missing
    text = " ".join((ROOT / "README.md").read_text().split())
    assert f"**{built} are built**; the other {missing} are listed" in text, "edit README.md, also its table"


def test_decisions_are_all_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(LINK.findall((folder / "README.md").read_text()))
    assert listed == {path.name for path in folder.glob("0*.md")}
