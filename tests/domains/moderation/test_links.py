import pytest

from storecast.domains.moderation.links import has_link
from tests.domains.moderation.raid import harmless, listed


@pytest.mark.parametrize("said", listed("links"))
def test_link_is_found_however_it_is_written(said: str) -> None:
    assert has_link(said)
    assert has_link(f"hey, look: {said}")


@pytest.mark.parametrize("said", listed("no_links"))
def test_what_has_dots_is_no_link(said: str) -> None:
    assert not has_link(said)


def test_busy_chat_has_no_links() -> None:
    assert [said for said in harmless(5_000, 11) if has_link(said)] == []
