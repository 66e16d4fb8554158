import re

import pytest

from storecast.broadcast.packaging.playlist import media, multivariant
from storecast.broadcast.packaging.window import Take, Window

AT = 1_750_000_000.25


def filled(*takes: list[list[float]]) -> Window:
    """A window of takes of segments of part durations; the last segment is open."""
    window = Window("w")
    window.number_from(7)
    window.declare(0.25)
    part = 0
    for number, segments in enumerate(takes, 1):
        take = Take(number, f"a{number}", b"init", ["avc1.64001f", "mp4a.40.2"], 1280, 720)
        window.begin_take(take)
        for durations in segments:
            window.begin_segment(take, AT + part)
            for duration in durations:
                part += 1
                window.add_part(b"data", duration, independent=part % 8 == 1)
    return window


def test_a_live_playlist_line_by_line() -> None:
    window = filled([[0.25] * 8, [0.25, 0.24]])
    assert media(window, "?token=t").splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        "#EXT-X-TARGETDURATION:6",
        "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.50000,HOLD-BACK=18",
        "#EXT-X-PART-INF:PART-TARGET=0.25000",
        "#EXT-X-MEDIA-SEQUENCE:7",
        "#EXT-X-DISCONTINUITY-SEQUENCE:0",
        '#EXT-X-MAP:URI="init-a1.mp4?token=t"',
        "#EXT-X-PROGRAM-DATE-TIME:2025-06-15T15:06:40.250Z",
        '#EXT-X-PART:DURATION=0.25000,URI="part-w-1.m4s?token=t",INDEPENDENT=YES',
        *(f'#EXT-X-PART:DURATION=0.25000,URI="part-w-{number}.m4s?token=t"' for number in range(2, 9)),
        "#EXTINF:2.00000,",
        "segment-7.m4s?token=t",
        "#EXT-X-PROGRAM-DATE-TIME:2025-06-15T15:06:48.250Z",
        '#EXT-X-PART:DURATION=0.25000,URI="part-w-9.m4s?token=t",INDEPENDENT=YES',
        '#EXT-X-PART:DURATION=0.24000,URI="part-w-10.m4s?token=t"',
        '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="part-w-11.m4s?token=t"',
    ]


def test_another_take_is_a_discontinuity_with_its_own_init_segment() -> None:
    text = media(filled([[2.0]], [[2.0], [1.0]]), "")
    assert re.findall(r"#EXT-X-DISCONTINUITY\n.*", text) == ['#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="init-a2.mp4"']
    assert text.count("#EXT-X-MAP") == 2


def test_the_discontinuity_sequence_counts_those_that_left() -> None:
    text = media(filled([[2.0]], [[2.0] for _ in range(40)]), "")
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:1\n" in text
    assert "#EXT-X-DISCONTINUITY\n" not in text
    assert text.count("#EXT-X-MAP") == 1


def test_parts_are_listed_near_the_end_only() -> None:
    text = media(filled([[0.25] * 8 for _ in range(12)]), "")
    assert re.findall(r"part-w-(\d+)\.m4s", text)[0] == str(8 * 12 - 18 * 4 + 1)  # three target durations


def test_the_playlist_of_a_show_that_is_over_ends() -> None:
    window = filled([[2.0], [1.0]])
    window.end()
    lines = media(window, "").splitlines()
    assert lines[-3:] == ["#EXTINF:1.00000,", "segment-8.m4s", "#EXT-X-ENDLIST"]
    assert not any("PRELOAD" in line for line in lines)


def test_nothing_is_promised_while_the_publisher_is_away() -> None:
    window = filled([[2.0], [1.0]])
    window.pause()
    text = media(window, "")
    assert "PRELOAD" not in text
    assert "ENDLIST" not in text


@pytest.mark.parametrize(
    ("seconds", "target", "hold_back"),
    [
        (0.25, "0.25000", "0.50000"),
        (6 * 1001 / 24_000, "0.25025", "0.50050"),
        (7 / 30, "0.23334", "0.46668"),  # never below what it bounds
        (1 / 5, "0.20000", "0.40000"),
        (1.0, "1.00000", "2.00000"),
    ],
)
def test_the_part_target_is_what_was_declared_first(seconds: float, target: str, hold_back: str) -> None:
    window = Window("w")
    window.declare(seconds)
    window.declare(0.1)
    window.declare(0.3)
    text = media(window, "")
    assert f"PART-TARGET={target}\n" in text
    assert f"PART-HOLD-BACK={hold_back}," in text


@pytest.mark.parametrize(
    ("take", "attributes"),
    [
        (
            Take(1, "a", b"", ["avc1.64001f", "mp4a.40.2"], 1280, 720),
            'BANDWIDTH=1,AVERAGE-BANDWIDTH=1,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720',
        ),
        (Take(1, "a", b"", ["mp4a.40.2"], 0, 0), 'BANDWIDTH=1,AVERAGE-BANDWIDTH=1,CODECS="mp4a.40.2"'),
    ],
)
def test_the_multivariant_playlist_names_codecs_and_size(take: Take, attributes: str) -> None:
    window = Window("w")
    window.begin_take(take)
    assert multivariant(window, "t/").splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        f"#EXT-X-STREAM-INF:{attributes}",
        "t/media.m3u8",
    ]
