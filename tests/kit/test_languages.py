import pytest

from storecast.kit.languages import Languages

FIVE = Languages("ar,en-GB,en-US,zh-CN,es,fr")


@pytest.mark.parametrize(
    ("header", "preferred"),
    [
        ("", "en"),
        ("*", "en"),
        ("de, fr;q=0.5", "fr"),
        ("fr;q=0.3, es;q=0.8, de", "es"),
        ("en-us,en;q=0.5", "en-US"),
        ("es-MX", "es"),
        ("fr;q=0, zh-Hant;q=0.1", "zh"),
        ("fr;q=nonsense, ar", "ar"),
        ("\x00" * 10_000, "en"),
    ],
)
def test_the_best_language_for_a_header(header: str, preferred: str) -> None:
    assert FIVE.preferred(header) == preferred


def test_tags_are_written_as_we_write_them() -> None:
    assert (FIVE.known("EN_gb"), FIVE.known("es"), FIVE.known("es-MX"), FIVE.known("de")) == ("en-GB", "es", None, None)


@pytest.mark.parametrize("tags", ["xx", "en-ZZZ", "klingon"])
def test_a_language_nobody_speaks_is_refused(tags: str) -> None:
    with pytest.raises(ValueError, match="STORECAST_LANGUAGES"):
        Languages(tags)
