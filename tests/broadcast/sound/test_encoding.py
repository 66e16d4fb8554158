from array import array

import av

from storecast.broadcast.sound.encoding import FRAME, AacEncoder


def sound(value: float) -> av.AudioFrame:
    frame = av.AudioFrame("fltp", "mono", FRAME)
    frame.sample_rate = 48_000
    frame.planes[0].update(array("f", [value] * FRAME).tobytes())
    return frame


def test_numbers_that_are_none_cost_their_own_frames_and_move_no_other() -> None:
    encoder = AacEncoder(48_000, 1)
    frames = encoder.leap(0)
    for index in range(20):
        frames += encoder.put(sound(float("nan") if index == 10 else 0.1))
    frames += encoder.finish()
    assert encoder.lost == 2  # both frames whose window holds them
    kept = set(range(-FRAME, 20 * FRAME, FRAME)) - {9 * FRAME, 10 * FRAME}
    assert [position for position, _ in frames] == sorted(kept)
