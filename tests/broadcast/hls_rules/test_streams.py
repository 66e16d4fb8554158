"""Every kind of stream, at full speed: what viewers are offered keeps the rules, and the recording is whole."""

from pathlib import Path

import pytest
from msgspec import Struct

from tests.broadcast.hls_rules.content_rules import measured, takes
from tests.broadcast.hls_rules.drive import BEGAN, Shown, drive
from tests.broadcast.hls_rules.odd_streams import EACH_ODD, ODD
from tests.broadcast.hls_rules.record import Findings, listings
from tests.broadcast.hls_rules.recordings import Recorded, complaints, recorded
from tests.broadcast.hls_rules.rules import broken_rules
from tests.broadcast.hls_rules.streams import ORDINARY, Encoder, Stream, ordinary

PROGRAMME_CLAUSE = "4.4.4.6"
LENGTH_SECONDS = 0.1  # a recording may be longer or shorter by this,
STEP_SECONDS = 0.040  # its sound and picture this far apart at its start and end,
MOST_STEP_SECONDS = 0.1  # and for a moment, as sound that was away comes back
PROGRAMME_SECONDS = 0.05
COMPOSED_SECONDS = 0.002  # stamps are whole milliseconds


class Allowed(Struct, frozen=True):
    """What a stream may lose: nobody can play it."""

    pictures: int = 0
    sounds: int = 0
    seconds: float = 0.0
    wild: int = 0  # pictures whose composition offset is not believed
    out_of_order: bool = False  # whether the last picture is shown after one that a decoder puts behind it
    held: float = 0.0  # seconds that the last picture is said to last beyond the end: joining takes them back


ALLOWED = {
    "wild-composition": Allowed(wild=1),
    "wild-composition-of-a-keyframe": Allowed(wild=1),
    "negative-composition": Allowed(wild=1),
    "sound-joins": Allowed(sounds=94),  # it joins at the next keyframe
    "sparse-pictures": Allowed(held=10.0),
    "picture-stops": Allowed(held=10.0, wild=1, out_of_order=True),
    "frozen-picture": Allowed(wild=1),  # it is shown last, as nobody knows for how long
    "begins-within-a-group": Allowed(pictures=45, sounds=92, seconds=2.0),  # before the first keyframe
}


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_stream_keeps_the_rules_and_is_recorded_whole(name: str, encoder: Encoder, tmp_path: Path) -> None:
    stream = ordinary(encoder, name)
    shown = drive(stream, tmp_path)
    assert shown.restarts == []
    check(stream, shown, Allowed())


@pytest.mark.parametrize("name", EACH_ODD)
def test_an_odd_stream_keeps_the_rules_and_is_recorded_whole(name: str, encoder: Encoder, tmp_path: Path) -> None:
    stream = ODD[name](encoder)
    check(stream, drive(stream, tmp_path), ALLOWED.get(name, Allowed()))


def check(stream: Stream, shown: Shown, allowed: Allowed) -> None:
    broken = broken_rules(shown.record)
    if not stream.real_time:  # nobody knows when it was taken
        broken = [rule for rule in broken if rule.clause != PROGRAMME_CLAUSE]
    assert [*map(str, broken)] == []
    assert shown.record.media[-1].text.endswith("#EXT-X-ENDLIST\n")
    found = recorded(stream, shown.takes)
    assert len(found.lost_pictures) <= allowed.pictures
    assert len(found.lost_sounds) <= allowed.sounds
    assert found.seconds <= stream.seconds - allowed.seconds + allowed.held + LENGTH_SECONDS
    assert found.seconds >= stream.seconds - allowed.seconds - LENGTH_SECONDS
    for take in found.takes:
        assert allowed.out_of_order or complaints(take.path) == ""
        assert take.out_of_step_at_ends <= STEP_SECONDS
        assert take.out_of_step <= MOST_STEP_SECONDS
    assert len(miscomposed(found)) <= allowed.wild
    if stream.real_time:
        assert max(programme_errors(shown, found)) <= PROGRAMME_SECONDS


def miscomposed(found: Recorded) -> list[float]:
    """Composition offsets, in seconds, that are not those sent."""
    pictures = [placed for take in found.takes if take.picture is not None for placed in take.picture.placed]
    offsets = [
        (placed.shown - placed.decoded, int.from_bytes(placed.message.body[2:5], "big", signed=True) / 1000)
        for placed in pictures
    ]
    return [offset for offset, sent in offsets if abs(offset - sent) > COMPOSED_SECONDS]


def programme_errors(shown: Shown, found: Recorded) -> list[float]:
    """Seconds between each segment's date and when its first frame was taken."""
    segments = measured(shown.record, listings(shown.record), Findings())
    errors = []
    for of_take, take in zip(takes(segments), found.takes, strict=True):
        for segment in of_take:
            begun = [float(run.begin) - take.offset for run in segment.part_runs[0].values()]  # one track may be away
            errors.append(min(abs((segment.listed.date or 0.0) - BEGAN - each) for each in begun))
    return errors
