from pathlib import Path

from storecast.entrypoints.commands.settings_table import settings_page


def test_the_page_in_docs_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    assert page.read_text() == settings_page(), "run: .venv/bin/storecast settings > docs/settings.md"
