"""The rules of a replay: one that keeps all is told so, and each that is broken is found."""

import re

import pytest

from tests.broadcast.hls_rules.record import Record
from tests.broadcast.hls_rules.replayed import replay_record
from tests.broadcast.hls_rules.rules import broken_rules
from tests.broadcast.hls_rules.show import show


def replay(text: str = "") -> Record:
    """The show's first two segments once it is over, as ranges of one file; `text` in place of its playlist."""
    record = show()
    name = "init-a.mp4"
    init = record.resources[name].data
    segments = [record.resources[f"segment-{number}.m4s"].data for number in (0, 1)]
    film = init + b"".join(segments)
    sizes = [len(segment) for segment in segments]
    media = text or REPLAY
    for index, size in enumerate((len(init), *sizes)):
        media = media.replace(f"SIZE{index}", str(size))
    media = media.replace("START1", str(len(init))).replace("START2", str(len(init) + sizes[0]))
    multivariant = re.sub(r"BANDWIDTH=\d+", "BANDWIDTH=130000", record.multivariant[0].text)
    return replay_record(multivariant, media, {"take.mp4": film})


REPLAY = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:3
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MAP:URI="take.mp4",BYTERANGE="SIZE0@0"
#EXT-X-PROGRAM-DATE-TIME:2026-11-01T10:00:00.000Z
#EXTINF:2.40000,
#EXT-X-BYTERANGE:SIZE1@START1
take.mp4
#EXTINF:2.40000,
#EXT-X-BYTERANGE:SIZE2@START2
take.mp4
#EXT-X-ENDLIST
"""


def test_a_replay_that_keeps_the_rules_breaks_none() -> None:
    assert [*map(str, broken_rules(replay()))] == []


@pytest.mark.parametrize(
    ("pattern", "instead", "clause", "words"),
    [
        ("TYPE:VOD", "TYPE:LIVE", "4.4.3.5", "EXT-X-PLAYLIST-TYPE 'LIVE'"),
        ("#EXT-X-PLAYLIST-TYPE:VOD\n", "", "6.2.1", "in a playlist that may change"),
        ("#EXT-X-ENDLIST\n", "", "4.4.3.5", "no EXT-X-ENDLIST"),
        ("SEQUENCE:0", "SEQUENCE:1", "4.4.3.5", "segments have left"),
        ("#EXT-X-PROGRAM.*\n", "", "4.4.4.6", "no EXT-X-PROGRAM-DATE-TIME"),
        ("SIZE2@START2", "SIZE2", "4.4.4.2", "a byte range"),
        ("(SIZE2@START2)", r"\1\n#EXT-X-BYTERANGE:\1", "4.4.4.2", "two EXT-X-BYTERANGE"),
        ("SIZE2@START2", "SIZE2@9999999", "6.2.1", "cannot be had"),
        ("SIZE2@START2", "SIZE2@START1", "3.1.2", ""),
        ("2.40000", "1.90000", "4.4.4.1", "its EXTINF is 1.9"),
    ],
)
def test_a_replay_that_breaks_a_rule_is_found(pattern: str, instead: str, clause: str, words: str) -> None:
    broken = broken_rules(replay(re.sub(pattern, instead, REPLAY)))
    assert [rule for rule in broken if rule.clause == clause and words in rule.words], [*map(str, broken)]
