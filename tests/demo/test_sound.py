import itertools
import wave
from array import array
from pathlib import Path

from storecast.demo.sound import LENGTH, RATE, write_music


def test_the_music_is_full_length_clear_of_clipping_and_joins_on_to_itself(tmp_path: Path) -> None:
    path = tmp_path / "music.wav"
    write_music(path)
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (RATE, 2, LENGTH * RATE)
        left = array("h", file.readframes(file.getnframes()))[::2]
    assert 6_000 < max(map(abs, left)) < 30_000
    steps = [abs(b - a) for a, b in itertools.pairwise(left)]
    assert abs(left[0] - left[-1]) <= max(steps)
