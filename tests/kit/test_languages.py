from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from storecast.kit.languages import Languages, local_moment

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


@pytest.mark.parametrize(
    ("tag", "zone", "written"),
    [
        ("en-US", "Europe/Bucharest", "Wednesday, November 25, 2026, 8:00 PM EET"),
        ("de", "Europe/Berlin", "Mittwoch, 25. November 2026, 19:00 CET"),
        ("fr", "Asia/Dubai", "mercredi 25 novembre 2026, 22:00 UTC+04:00"),
        ("zh-CN", "UTC", "2026年11月25日星期三, 18:00 UTC"),
        ("tlh", "America/Sao_Paulo", "Wednesday, November 25, 2026, 3:00 PM GMT-03:00"),
    ],
)
def test_a_moment_by_a_clock_says_which(tag: str, zone: str, written: str) -> None:
    assert local_moment(datetime(2026, 11, 25, 18, tzinfo=UTC), tag, ZoneInfo(zone)) == written


def test_a_moment_in_brief_has_ordinary_spaces_alone() -> None:
    for tag in ("en-US", "de", "es", "fr", "ar", "zh-CN"):
        said = local_moment(datetime(2026, 11, 25, 18, tzinfo=UTC), tag, ZoneInfo("Europe/Bucharest"), brief=True)
        assert not set("\u00a0\u2009\u202f") & set(said)
        assert len(said) < 30
