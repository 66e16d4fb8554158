"""Shows for viewers: excerpts of those that broke, and pictures beside sound that browsers do not take as it comes."""

import subprocess
from pathlib import Path

from storecast.kit.settings import Settings
from tests.broadcast.hls_rules.streams import AUDIO, DATA, SHOW_SECONDS, VIDEO, Encoder, Message, Stream, messages_of

PCE = Path(__file__).parents[1] / "cases" / "aac-with-pce.flv"
MP3 = ("-c:a", "libmp3lame", "-ar", "44100", "-ac", "2")


def excerpt(stream: Stream, begins: float, ends: float) -> Stream:
    """What comes from the first keyframe after `begins` until `ends` (s), behind the headers sent until then."""
    begin = next(each.at for each in stream.messages if each.is_keyframe and each.at >= begins)
    headers: dict[int, Message] = {}
    for each in stream.messages:
        if each.at < begin and not each.is_picture and not each.is_sound:
            headers[each.kind] = each
    shown = [each for each in stream.messages if begin <= each.at < ends]
    before = [headers[kind]._replace(timestamp=shown[0].timestamp, at=begin) for kind in sorted(headers)]
    messages = [each._replace(at=each.at - begin, taken=each.taken - begin) for each in [*before, *shown]]
    return Stream(stream.name, messages, min(ends, stream.seconds) - begin, stream.late, stream.real_time)


def sound_with_a_pce(encoder: Encoder) -> Stream:
    """5.1(side) of 44.1 kHz, over and over: every four seconds it clicks, as what follows was not encoded after it."""
    found = [each for each in messages_of(PCE.read_bytes()) if each.kind == AUDIO]
    header, sounds = found[0], found[1:]
    lasts = len(sounds) * 1024 / 44_100
    rounds = range(int(SHOW_SECONDS / lasts) + 1)
    again = [each.later(times * lasts) for times in rounds for each in sounds]
    return _beside(encoder, "AAC with a PCE", [header, *again])


def mp3(encoder: Encoder, folder: Path) -> Stream:
    return _beside(encoder, "MP3", _sound(folder / "mp3.flv", *MP3))


def _sound(path: Path, *encoded: str) -> list[Message]:
    source = ("-f", "lavfi", "-i", "sine=frequency=300:beep_factor=4")
    command = [
        Settings().ffmpeg,
        "-v",
        "error",
        "-nostdin",
        "-y",
        *source,
        "-t",
        str(SHOW_SECONDS),
        *encoded,
        str(path),
    ]
    subprocess.run(command, check=True)
    return messages_of(path.read_bytes())


def _beside(encoder: Encoder, name: str, sounds: list[Message]) -> Stream:
    """The show with another sound."""
    pictures = [each for each in encoder.show() if each.kind in (VIDEO, DATA)]
    sounds = [each for each in sounds if each.kind == AUDIO and each.at < SHOW_SECONDS]
    return Stream(name, sorted([*pictures, *sounds], key=lambda each: each.at), SHOW_SECONDS)
