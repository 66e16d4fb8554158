"""Cuts one take's samples into parts and segments of the live window, by their own times.

Times are ticks of the leading track, the picture where there is one: `VIDEO_TIMESCALE` a second, or samples of sound.
"""

import math
from bisect import bisect_left
from collections.abc import Callable

from storecast.broadcast.packaging.boxes import Sample, fragment, init_segment
from storecast.broadcast.packaging.codecs import VIDEO_TIMESCALE, AudioCodec, VideoCodec
from storecast.broadcast.packaging.following import CutPart, Follower
from storecast.broadcast.packaging.timing import SoundClock
from storecast.broadcast.packaging.window import (
    LARGEST_PART,
    LARGEST_SEGMENT,
    LONGEST_SECONDS,
    SHORTEST_PART,
    TARGET_SECONDS,
    Take,
    Window,
    part_length,
)

EARLY = 0.9  # a keyframe this near to the target ends the segment
FIRST_PARTS = 2  # of a playlist's first segment, whatever the keyframes, so that players can start
SILENT_SECONDS = 1.0  # of picture without any sound: what is missing is filled with silence
LAG_SECONDS = 1.0  # a picture this far behind the sound holds nothing up any longer,
MORE_SECONDS = 0.5  # unless the one before was about as far behind
MOST_BEHIND = 4.0  # seconds; further behind than this no picture is waited for
HELD_SECONDS = 2.5  # a picture is said to last whose end is not known yet: browsers stop without another for 3 s
LARGEST_GROUP = 4 * 1024 * 1024  # bytes of a group of pictures that are kept for the picture to go on after a pause
MOST_SILENCE = 60.0  # seconds filled at once


class Cutter:
    """`frame` is the ticks of a picture at a steady rate, or None. `wall` tells the wall clock of seconds in the take.
    What comes begins at tick `begins`.

    `record` gets each part as it is made, `follower` all that is in it. Where no sound was `heard` yet there is silence
    from the start, as players stop where one of two tracks has a hole, and take no track that joins later. For the same
    reason a picture that stays away is held, and after a while the last keyframe is shown again.
    """

    def __init__(
        self,
        window: Window,
        number: int,
        name: str,
        video: VideoCodec | None,
        audio: AudioCodec,
        *,
        base: int,
        frame: int | None,
        frame_rate: float,
        heard: bool,
        wall: Callable[[float], float],
        record: Callable[[bytes], None],
        follower: Follower | None = None,
        begins: int = 0,
    ) -> None:
        self.video = video
        self.audio = audio
        self.first_at: float | None = None  # wall clock of the first frame; None before there is a part
        self.silent = False  # whether sound that was heard has stopped
        self._window = window
        self._wall = wall
        self._record = record
        self._follower = follower
        if video is None:
            frame = audio.frame or None
        self._scale = VIDEO_TIMESCALE if video is not None else audio.rate
        self._frame = frame
        self._length = part_length(frame, self._scale, window.part_target)
        target = window.declare(self._length / self._scale)
        self._longest, self._shortest = int(target * self._scale), math.ceil(SHORTEST_PART * target * self._scale)
        self._pictures: list[Sample] = []
        self._held: Sample | None = None  # the newest picture, while it is not known how long it lasts
        self._gap = frame or int(self._scale / (frame_rate or 30))  # between the newest two
        self._newest = 0  # time of the newest picture,
        self._behind = int(MOST_BEHIND * self._scale)  # and how far it was behind the sound, until that is known
        self._sounds: list[Sample] = []
        self._clock = SoundClock(base, audio.rate)
        if begins:
            self._clock.skip_to(self._samples(begins))
        self._heard_at: int | None = 0 if heard else None  # time of the newest picture when sound last came
        self._shown = 0  # latest time at which a picture is shown
        self._keyframe: memoryview | None = None  # the newest,
        self._group: list[memoryview] = []  # and what builds on it
        self._group_bytes = 0
        self._bytes = 0  # of media that is in no part yet
        self._is_still = False  # whether it was shown again,
        self._newest_shown = 0  # and when
        self._still_until: int | None = None  # the picture stands still so long; None while it moves
        self._at = begins  # where the next part begins
        self._segment_at: int | None = None  # where the open segment began
        self._from_keyframe = False  # whether it did so with one
        self._sequence = 0
        codecs = [audio.name] if video is None else [video.name, audio.name]
        width, height = (video.width, video.height) if video is not None else (0, 0)
        self.take = Take(number, name, init_segment(video, audio), codecs, width, height, frame_rate)
        window.begin_take(self.take)

    def picture(self, decoded: int, composition: int, independent: bool, data: memoryview) -> bool:
        """Take the next picture; False if nothing can be made of it."""
        if self._still_until is not None:
            if self._is_still and not independent and not self._resume(decoded):
                return False  # what it builds on was replaced
            self._still_until, self._is_still = None, False
        if independent:
            self._keyframe, self._group, self._group_bytes = data, [], 0
        else:
            self._group.append(data)
        self._group_bytes += len(data)
        if self._group_bytes > LARGEST_GROUP:
            self._group = []
        self._bytes += len(data)
        self._shown = max(self._shown, decoded + composition)
        if self._held is not None:
            self._held.duration = self._gap = max(decoded - self._held.decoded, 1)
        self._newest = max(self._newest, decoded)
        if self._held is not None:  # encoders that take their time send it late
            self._behind = min(max(self._ticks(self._clock.end) - decoded, 0), int(MOST_BEHIND * self._scale))
        self._cut_until(decoded)
        if self._has_media(decoded) and (
            self._is_whole(decoded) or (independent and self._may_end(decoded)) or self._bytes > LARGEST_PART
        ):
            self._emit(decoded)
        if independent and self._at <= decoded and self._may_end(decoded):
            self._end_segment()
        self._held = Sample(decoded, data, 0, composition, independent)
        self._add_picture(self._held)
        return True

    def sound(self, at: int, samples: int, data: memoryview | bytes) -> bool:
        """Take the next frame of sound, at `at` ms of the show; False if there is no place for it."""
        self._heard_at = self._newest
        placed = self._clock.place(at, samples)
        if placed is None:
            return False
        begin, missing = placed
        if missing > 0:
            self._silence(begin - missing, begin)
        self._append(Sample(begin, data, samples))
        self._bytes += len(data)
        end = self._ticks(begin + samples)
        if self.video is None:
            self._newest = end
            while end - self._at >= self._length:
                self._emit(self._at + self._length)
            if self._bytes > LARGEST_PART and end > self._at:
                self._emit(end)
        else:
            lag = max(int(LAG_SECONDS * self._scale), self._behind + int(MORE_SECONDS * self._scale))
            if end - self._newest > lag:
                while end - lag - self._at >= self._length:
                    self._hold(self._at)
                    self._emit(self._at + self._length)
        return True

    def finish(self) -> None:
        """Nothing will follow: what is there becomes parts."""
        if self._held is not None:
            self._held.duration = self._gap
            self._newest = self._held.decoded + self._gap
        end = self._newest
        sounds = self._ticks(self._clock.end)
        if sounds > end + self._length:
            end = sounds
        self._silence(self._clock.end, self._samples(end))
        self._cut_until(end)
        if end > self._at and (self._pictures or self._sounds):
            self._emit(end, last=True)
        self._window.finish_segment()
        if self._follower is not None:
            self._follower.take_over()

    def _has_media(self, end: int) -> bool:
        """Whether anything begins in a part that ends here: else what is left of a picture goes to the next one."""
        self._fill(end)
        if self._pictures and self._pictures[0].decoded < end:
            return True
        return bool(self._sounds) and self._sounds[0].decoded < self._samples(end)

    def _is_whole(self, end: int) -> bool:
        """Whether a part that ends here is as long as parts are to be."""
        if self._frame is not None and self._length % self._frame == 0:
            return end - self._at >= self._length - self._frame // 50
        return end - self._at >= self._shortest

    def _cut_until(self, end: int) -> None:
        """Emit parts that lie before `end`, where the next picture begins."""
        while end - self._at > self._longest:
            self._emit(self._boundary())

    def _boundary(self) -> int:
        """Where a part ends: at a picture if one begins near its full length, else in the middle of one."""
        latest = self._at + self._longest
        for picture in reversed(self._pictures):
            if picture.decoded <= latest:
                if picture.decoded - self._at >= self._shortest and self._has_media(picture.decoded):
                    return picture.decoded
                break
        return latest

    def _emit(self, end: int, *, last: bool = False) -> None:
        """Make the part that ends at `end`."""
        self._fill(end)
        count = len(self._pictures) if last else bisect_left(self._pictures, end, key=_decoded)
        pictures, self._pictures = self._pictures[:count], self._pictures[count:]
        until = self._samples(end)
        count = len(self._sounds) if last else bisect_left(self._sounds, until, key=_decoded)
        sounds, self._sounds = self._sounds[:count], self._sounds[count:]
        if not pictures and not sounds:
            self._at = end
            return
        if pictures and not pictures[-1].duration:
            self._stand_still(pictures[-1])
        independent = self.video is None or any(picture.independent for picture in pictures)
        if self._segment_at is None:
            self._begin_segment(independent)
        self._sequence += 1
        self._bytes = sum(len(sample.data) for sample in (*self._pictures, *self._sounds))
        data = fragment(self._sequence, pictures, sounds)
        self._record(data)
        self._window.add_part(data, (end - self._at) / self._scale, independent=independent)
        self._tell_part(end, pictures, sounds)
        self._at = end
        if self._is_long_enough():
            self._end_segment()

    def _tell_part(self, end: int, pictures: list[Sample], sounds: list[Sample]) -> None:
        segment = self._window.open_segment
        if self._follower is None or segment is None:
            return
        part = segment.parts[-1]
        at, opens = segment.at + segment.duration - part.duration, len(segment.parts) == 1
        first = pictures[0].decoded if pictures else None
        until = pictures[-1].decoded + pictures[-1].duration if pictures else end
        self._follower.part(CutPart(self._at, end, part.duration, opens, at, first, until, sounds))

    def _stand_still(self, picture: Sample) -> None:
        """Nobody knows how long `picture` will be shown: for long, and after all others."""
        picture.duration = max(int(HELD_SECONDS * self._scale), 2 * self._gap)
        if picture.decoded + picture.composition < self._shown:
            picture.composition = self._shown + self._gap - picture.decoded
        self._still_until = picture.decoded + picture.duration
        self._held = None

    def _hold(self, at: int) -> None:
        """Show the last keyframe again where the picture has stood still for as long as was said."""
        if self._still_until is None or self._still_until > at + self._length or self._keyframe is None:
            return
        self._is_still, self._newest_shown = True, self._still_until
        again = Sample(self._still_until, self._keyframe, 0, 0, True)
        self._shown = self._still_until
        self._stand_still(again)
        self._add_picture(again)

    def _resume(self, decoded: int) -> bool:
        """The picture goes on at `decoded`: decode again, in a blink, what it builds on."""
        last = self._pictures[-1].decoded if self._pictures else self._newest_shown
        step = min((decoded - last) // (len(self._group) + 1), VIDEO_TIMESCALE // 1000)
        if step < 1 or not self._group or self._group_bytes > LARGEST_GROUP:
            return False
        begin = decoded - step * len(self._group)
        for index, data in enumerate(self._group):
            self._add_picture(Sample(begin + index * step, data, step, 0, False))
        return True

    def _add_picture(self, picture: Sample) -> None:
        self._pictures.append(picture)
        if self._follower is not None:
            self._follower.picture(picture)

    def _begin_segment(self, from_keyframe: bool) -> None:
        at = self._wall(self._at / self._scale)
        if self.first_at is None:
            self.first_at = at
        self._segment_at, self._from_keyframe = self._at, from_keyframe
        self._window.begin_segment(self.take, at)

    def _end_segment(self) -> None:
        if self._segment_at is not None:
            self._segment_at = None
            self._window.finish_segment()
            if self._follower is not None:
                self._follower.segment_over()

    def _may_end(self, at: int) -> bool:
        """Whether a keyframe at `at` begins a new segment."""
        if self._segment_at is None:
            return False
        return not self._from_keyframe or at - self._segment_at >= TARGET_SECONDS * EARLY * self._scale

    def _is_long_enough(self) -> bool:
        """Whether the open segment ends here, whatever comes."""
        if self._segment_at is None:
            return False
        if self._window.open_bytes > LARGEST_SEGMENT:
            return True
        length = self._at - self._segment_at
        if not self._window.playable:
            return self._window.open_parts >= FIRST_PARTS
        if self.video is None:
            return length >= TARGET_SECONDS * EARLY * self._scale
        return length + self._length > LONGEST_SECONDS * self._scale

    def _fill(self, end: int) -> None:
        """Where no sound has come for a while, put silence until `end`."""
        if self.video is None:
            return
        if self._heard_at is not None:
            self.silent = max(end, self._newest) - self._heard_at > SILENT_SECONDS * self._scale
            if not self.silent:
                return
        self._silence(self._clock.end, self._samples(end))

    def _silence(self, begin: int, end: int) -> None:
        """Frames of silence between two positions, as many as fit."""
        codec = self.audio
        begin = max(begin, end - int(MOST_SILENCE * codec.rate))
        while begin + codec.silent_samples <= end:
            self._append(Sample(begin, codec.silence, codec.silent_samples))
            begin += codec.silent_samples
        self._clock.skip_to(begin)

    def _append(self, sound: Sample) -> None:
        """In a fragment a sample begins where the one before ends: that lasts as long as nothing follows."""
        if self._sounds:
            self._sounds[-1].duration = sound.decoded - self._sounds[-1].decoded
        self._sounds.append(sound)

    def _ticks(self, samples: int) -> int:
        return samples * self._scale // self.audio.rate

    def _samples(self, ticks: int) -> int:
        return -(-ticks * self.audio.rate // self._scale)


def _decoded(sample: Sample) -> int:
    return sample.decoded
