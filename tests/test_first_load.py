"""What a viewer's browser fetches before the watch page shows anything, as it was built."""

import re
from pathlib import Path

import pytest

DIST = Path(__file__).parents[1] / "web" / "dist"
MOST = 276_000  # bytes of scripts and styles, without the texts of a language: about 87 kB in Brotli


def first_load(page: str) -> list[Path]:
    """The page's own files, and what they import without being asked."""
    wanted = re.findall(r'(?:src|href)="/(assets/[^"]+\.(?:js|css))"', (DIST / page).read_text())
    found: list[Path] = []
    while wanted:
        file = DIST / wanted.pop()
        if file not in found:
            found.append(file)
            imports = re.findall(r"""(?:import|from)\s*["'`]\./([^"'`]+\.js)["'`]""", file.read_text())
            wanted += [f"assets/{name}" for name in imports]
    return found


@pytest.mark.skipif(not (DIST / "watch.html").is_file(), reason="the pages are not built")
def test_the_watch_page_is_shown_without_what_only_some_viewers_need() -> None:
    files = first_load("watch.html")
    names = {file.name.split("-")[0] for file in files}
    assert "watch" in names
    assert not names & {
        "theatre",
        "counter",
        "asking",
        "subscribing",
        "ChatPanel",
        "EmojiPicker",
        "hls",
        "hls.light",
        "golive",
        "studio",
    }, names
    assert sum(file.stat().st_size for file in files) <= MOST
