"""The music under the show: slow chords and a plucked line, 16 seconds that join on to themselves."""

import math
import wave
from array import array
from functools import lru_cache
from pathlib import Path

RATE = 12_000  # samples a second: no tone here reaches 3 kHz, and the encoder brings it to 48 kHz
BAR = 4  # seconds
BARS = (  # the chord held through a bar (MIDI note numbers), and eight plucked notes over it, 0 a rest
    ((41, 53, 57, 60, 64), (72, 0, 76, 79, 0, 76, 72, 69)),
    ((45, 52, 55, 60, 64), (71, 0, 72, 76, 0, 79, 0, 76)),
    ((38, 50, 57, 60, 65), (69, 0, 72, 77, 0, 76, 72, 0)),
    ((46, 53, 58, 62, 65), (70, 0, 74, 77, 0, 74, 72, 67)),
)
LENGTH = BAR * len(BARS)  # seconds


def write_music(path: Path) -> None:
    """Write the loop as a stereo 16-bit WAV of `LENGTH` seconds."""
    left = array("f", bytes(4 * LENGTH * RATE))
    right = array("f", left)
    for number, (chord, line) in enumerate(BARS):
        tone = _held(chord)
        _add(left, tone, number * BAR * RATE, 1.0)
        _add(right, tone, number * BAR * RATE, 1.0)
        for beat, note in enumerate(line):
            if note:
                pan = 0.5 + 0.28 * math.sin(beat * 1.7 + number)
                start = (number * BAR * 2 + beat) * RATE // 2
                tone = _plucked(note)
                _add(left, tone, start, 1 - pan)
                _add(right, tone, start, pan)
                _add(left, tone, start + RATE * 3 // 8, 0.22 * pan)  # an echo from the other side
                _add(right, tone, start + RATE * 3 // 8, 0.22 * (1 - pan))
    frames = array("h")
    for pair in zip(left, right, strict=True):
        for sample in pair:
            frames.append(int(32767 * math.tanh(0.8 * sample)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames.tobytes())


def _hertz(note: int) -> float:
    """MIDI note number to frequency: 69 is 440 Hz, twelve to the octave."""
    return 440 * math.pow(2, (note - 69) / 12)


def _held(chord: tuple[int, ...]) -> list[float]:
    """A soft chord that swells and fades over one bar and a half, its lowest note a little stronger."""
    count = BAR * RATE * 3 // 2
    low, *others = (2 * math.pi * _hertz(note) / RATE for note in chord)
    second, third, fourth, fifth = others
    swell, sin = math.pi / count, math.sin
    return [
        sin(swell * i) ** 2
        * (0.12 * sin(low * i) + 0.075 * (sin(second * i) + sin(third * i) + sin(fourth * i) + sin(fifth * i)))
        for i in range(count)
    ]


@lru_cache(maxsize=16)
def _plucked(note: int) -> list[float]:
    """A struck tine: the tone and its twelfth, which dies sooner."""
    count = RATE * 5 // 4
    turn = 2 * math.pi * _hertz(note) / RATE
    fade, rise, sin, exp = -4.2 / RATE, RATE / 400, math.sin, math.exp
    return [
        0.3 * min(i / rise, 1.0) * exp(fade * i) * (sin(turn * i) + 0.18 * exp(2 * fade * i) * sin(3 * turn * i))
        for i in range(count)
    ]


def _add(track: "array[float]", tone: list[float], start: int, level: float) -> None:
    """Mix `tone` into the track; what runs past the end sounds at the beginning, so that the loop has no seam."""
    start %= len(track)
    fits = min(len(track) - start, len(tone))
    for offset, part in ((start, tone[:fits]), (0, tone[fits:])):
        stretch = track[offset : offset + len(part)]
        track[offset : offset + len(part)] = array(
            "f", [old + level * new for old, new in zip(stretch, part, strict=True)]
        )
