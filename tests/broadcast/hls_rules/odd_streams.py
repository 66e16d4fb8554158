"""Streams that broke, and their kin: each an edit of one ordinary show.

Bytes are RTMP message bodies: `17 00` begins H.264's sequence header, `AF 00` AAC's.
"""

from collections.abc import Callable, Iterable

import pytest

from tests.broadcast.hls_rules.streams import AUDIO, SHOW_SECONDS, VIDEO, Encoder, Message, Stream

MINUTES, HALF_AN_HOUR = 240, 1800  # seconds; the window holds less than two minutes
STALL = 1.0  # seconds everything may wait once for a track that has gone
_LOOP = 24  # seconds of the show that can follow each other: whole groups of pictures, whole frames of sound


def _header(messages: Iterable[Message], kind: int) -> Message:
    return next(message for message in messages if message.kind == kind)


def _with(messages: list[Message], *more: tuple[float, int, bytes]) -> list[Message]:
    """Bodies of a kind put in at times (seconds) of the show."""
    added = [Message(kind, round(at * 1000), body, at, at) for at, kind, body in more]
    return sorted([*messages, *added], key=_order)


def _order(message: Message) -> tuple[float, bool]:
    """Headers before the media of their moment."""
    return message.at, message.is_picture or message.is_sound


def _without(messages: list[Message], gone: Callable[[Message], bool]) -> list[Message]:
    return [message for message in messages if not gone(message)]


def _composed(body: bytes, milliseconds: int) -> bytes:
    return body[:2] + milliseconds.to_bytes(3, "big", signed=True) + body[5:]


def _one_offset(messages: list[Message], after: float, milliseconds: int, keyframe: bool = False) -> list[Message]:
    """One picture is to be shown `milliseconds` after it is decoded."""
    chosen = next(each for each in messages if each.is_picture and each.at >= after and each.is_keyframe == keyframe)
    return [each._replace(body=_composed(each.body, milliseconds)) if each is chosen else each for each in messages]


def _moved(messages: list[Message], after: float, milliseconds: int, kinds: tuple[int, ...]) -> list[Message]:
    """From a moment on the publisher's clock is another; what comes, comes when it did."""
    return [
        each._replace(timestamp=(each.timestamp + milliseconds) % (1 << 32))
        if each.at >= after and each.kind in kinds
        else each
        for each in messages
    ]


def empty_video_header(encoder: Encoder) -> Stream:
    shown = _with(encoder.show(), (10, VIDEO, bytes.fromhex("1700000000")))
    return Stream("empty video header", shown, SHOW_SECONDS)


def cut_video_headers(encoder: Encoder) -> Stream:
    """The sequence header cut at each length, one after another."""
    whole = _header(encoder.show(), VIDEO).body
    cuts = [(5 + length * 0.1, VIDEO, whole[:length]) for length in range(2, len(whole))]
    return Stream("cut video headers", _with(encoder.show(), *cuts), SHOW_SECONDS)


def empty_audio_header(encoder: Encoder) -> Stream:
    cuts = [(10, AUDIO, bytes.fromhex("AF00")), (11, AUDIO, bytes.fromhex("AF0011")), (12, AUDIO, b"\xaf")]
    return Stream("empty audio header", _with(encoder.show(), *cuts), SHOW_SECONDS)


def wild_composition(encoder: Encoder) -> Stream:
    return Stream("composition offset of 600 s", _one_offset(encoder.show(), 10, 600_000), SHOW_SECONDS)


def wild_composition_of_a_keyframe(encoder: Encoder) -> Stream:
    shown = _one_offset(encoder.show(), 10, 600_000, keyframe=True)
    return Stream("composition offset of 600 s at a keyframe", shown, SHOW_SECONDS)


def negative_composition(encoder: Encoder) -> Stream:
    return Stream("composition offset of -600 s", _one_offset(encoder.show(), 10, -600_000), SHOW_SECONDS)


def sound_joins(encoder: Encoder) -> Stream:
    shown = _without(encoder.show(), lambda each: each.at >= 22 or (each.kind == AUDIO and each.at < 14))
    return Stream("sound joins at 14 s", _with(shown, (14, AUDIO, _header(encoder.show(), AUDIO).body)), 22)


def picture_joins(encoder: Encoder) -> Stream:
    header = _header(encoder.show(), VIDEO).body
    shown = _without(encoder.show(), lambda each: each.at >= 22 or (each.kind == VIDEO and each.at < 14))
    return Stream("picture joins at 14 s", _with(shown, (14, VIDEO, header)), 22)


def sound_never_comes(encoder: Encoder) -> Stream:
    return Stream("AAC header, never a frame", _without(encoder.show(), lambda each: each.is_sound), SHOW_SECONDS)


def picture_never_comes(encoder: Encoder) -> Stream:
    shown = _without(encoder.show(), lambda each: each.is_picture)
    return Stream("video header, never a frame", shown, SHOW_SECONDS)


def sound_stops(encoder: Encoder) -> Stream:
    shown = _without(encoder.show(), lambda each: each.kind == AUDIO and each.at >= 8)
    return Stream("sound stops at 8 s", shown, SHOW_SECONDS)


def picture_stops(encoder: Encoder) -> Stream:
    shown = _without(encoder.show(), lambda each: each.kind == VIDEO and each.at >= 8)
    return Stream("picture stops at 8 s", shown, SHOW_SECONDS, late=STALL)


def stamps_back(encoder: Encoder) -> Stream:
    return Stream("stamps 5 s back", _moved(encoder.show(), 12, -5000, (AUDIO, VIDEO)), SHOW_SECONDS)


def stamps_forward(encoder: Encoder) -> Stream:
    return Stream("stamps 8 s forward", _moved(encoder.show(), 12, 8000, (AUDIO, VIDEO)), SHOW_SECONDS)


def stamps_forward_within_a_group(encoder: Encoder) -> Stream:
    return Stream("stamps 8 s forward, no keyframe", _moved(encoder.show(), 12.9, 8000, (AUDIO, VIDEO)), SHOW_SECONDS)


def sound_stamps_back(encoder: Encoder) -> Stream:
    return Stream("stamps of the sound 5 s back", _moved(encoder.show(), 12, -5000, (AUDIO,)), SHOW_SECONDS)


def picture_stamps_back(encoder: Encoder) -> Stream:
    return Stream("stamps of the picture 5 s back", _moved(encoder.show(), 12, -5000, (VIDEO,)), SHOW_SECONDS)


def one_wild_stamp(encoder: Encoder) -> Stream:
    """A picture that is stamped 8 s ahead; those after it are right."""
    messages = encoder.show()
    wild = next(at for at, each in enumerate(messages) if each.is_picture and not each.is_keyframe and each.at >= 12)
    message = messages[wild]
    shown = [*messages[:wild], message._replace(timestamp=message.timestamp + 8000), *messages[wild + 1 :]]
    return Stream("one wild stamp", shown, SHOW_SECONDS)


def sparse_pictures(encoder: Encoder) -> Stream:
    return Stream("a picture each 3 s", encoder.sparse_show(), SHOW_SECONDS, late=STALL)


def silence(encoder: Encoder) -> Stream:
    shown = _without(encoder.show(), lambda each: each.kind == AUDIO and 10 <= each.at < 15)
    return Stream("no sound for 5 s", shown, SHOW_SECONDS)


def frozen_picture(encoder: Encoder) -> Stream:
    """No picture from 10 s on, until the keyframe at 16 s."""
    shown = _without(encoder.show(), lambda each: each.kind == VIDEO and 10 <= each.at < 16)
    return Stream("no picture for 6 s", shown, SHOW_SECONDS, late=STALL)


def pause(encoder: Encoder) -> Stream:
    """Nothing for 6 s, and the stamps say so."""
    shown = [each.later(6) if each.at >= 10 else each for each in encoder.show()]
    return Stream("nothing for 6 s", shown, SHOW_SECONDS + 6, late=None)


def other_size(encoder: Encoder) -> Stream:
    return Stream("another size from 12 s", _switched(encoder, 12, SHOW_SECONDS + 1), SHOW_SECONDS)


def other_size_and_back(encoder: Encoder) -> Stream:
    return Stream("another size from 8 to 16 s", _switched(encoder, 8, 16), SHOW_SECONDS)


def _switched(encoder: Encoder, begins: float, ends: float) -> list[Message]:
    """The picture is the other show's from the keyframe at `begins` to that at `ends`."""
    show, other = encoder.show(), encoder.other_show()

    def key(messages: list[Message], seconds: float) -> float:
        return next((each.at for each in messages if each.is_keyframe and each.at >= seconds - 0.001), SHOW_SECONDS + 1)

    begin, end = key(show, begins), key(show, ends)
    pictures = [each for each in other if each.is_picture and key(other, begins) <= each.at < key(other, ends)]
    headers = [(begin, VIDEO, _header(other, VIDEO).body)]
    if end < SHOW_SECONDS:
        headers.append((end, VIDEO, _header(show, VIDEO).body))
    own = _without(show, lambda each: each.is_picture and begin <= each.at < end)
    added = [Message(kind, round(at * 1000), body, at, at) for at, kind, body in headers]
    return sorted([*own, *added, *pictures], key=_order)


def repeated_headers(encoder: Encoder) -> Stream:
    """Both headers again before each keyframe."""
    messages = encoder.show()
    shown: list[Message] = []
    for each in messages:
        if each.is_keyframe:
            shown.extend(
                _header(messages, kind)._replace(timestamp=each.timestamp, at=each.at) for kind in (VIDEO, AUDIO)
            )
        shown.append(each)
    return Stream("repeated headers", shown, SHOW_SECONDS)


def interleaved_wide(encoder: Encoder) -> Stream:
    """Sound comes 700 ms after the picture it belongs to."""
    shown = [each._replace(at=each.at + 0.7) if each.kind == AUDIO else each for each in encoder.show()]
    return Stream("sound 700 ms late", sorted(shown, key=lambda each: each.at), SHOW_SECONDS, late=STALL)


def wrapping_clock(encoder: Encoder) -> Stream:
    """The publisher's clock passes 2³² ms at 12 s."""
    shown = _moved(encoder.show(), -1, (1 << 32) - 12_000, (AUDIO, VIDEO, 18))
    return Stream("clock that wraps", shown, SHOW_SECONDS)


def begins_within_a_group(encoder: Encoder) -> Stream:
    """The first picture is no keyframe; sound is there from the start."""
    shown = _without(encoder.show(), lambda each: each.is_picture and each.at < 0.5)
    return Stream("begins within a group", shown, SHOW_SECONDS)


def backlog(encoder: Encoder, seconds: int = MINUTES) -> Stream:
    """So much in 0.6 s."""
    shown: list[Message] = []
    for kind in (VIDEO, AUDIO):
        media = [each for each in encoder.show() if each.kind == kind and (each.is_picture or each.is_sound)]
        loop = [each for each in media if each.at < media[0].at + _LOOP - 0.001]
        shown.append(_header(encoder.show(), kind))
        for times in range(seconds // _LOOP):
            shown.extend(each.later(times * _LOOP) for each in loop)
    shown.sort(key=lambda each: each.timestamp)
    shown = [each._replace(at=0.6 * number / len(shown)) for number, each in enumerate(shown)]
    return Stream(f"{seconds} s at once", shown, seconds, late=None, real_time=False)


def long_backlog(encoder: Encoder) -> Stream:
    return backlog(encoder, HALF_AN_HOUR)


ODD: dict[str, Callable[[Encoder], Stream]] = {
    made.__name__.replace("_", "-"): made
    for made in (
        *(empty_video_header, cut_video_headers, empty_audio_header),
        *(wild_composition, wild_composition_of_a_keyframe, negative_composition),
        *(sound_joins, picture_joins, sound_never_comes, picture_never_comes, sound_stops, picture_stops),
        *(stamps_back, stamps_forward, stamps_forward_within_a_group, sound_stamps_back, picture_stamps_back),
        *(one_wild_stamp, sparse_pictures, silence, frozen_picture, pause),
        *(other_size, other_size_and_back, repeated_headers, interleaved_wide, wrapping_clock),
        *(begins_within_a_group, backlog, long_backlog),
    )
}
EACH_ODD = [pytest.param(name, marks=pytest.mark.soak) if name == "long-backlog" else name for name in ODD]
