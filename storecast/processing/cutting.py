"""Parts of a film as a film of their own."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog

from storecast.processing import child, encoding
from storecast.processing.container import input_options
from storecast.processing.facts import ROUNDING, Cut, Facts, Progress, Refused, Span, Splice
from storecast.processing.playable import make_playable
from storecast.processing.probing import probe

MOST_PARTS = 20
_SHORTEST = 0.001  # seconds of a part; a shorter one holds no frame but by chance
_SEEKABLE = ("mp4", "mov", "webm", "matroska")  # others have no index to find a frame by
_ENCODING = 0.5  # of all work, where the whole is made an MP4 first
_FRAMES_OFF = 2  # that a result may be longer or shorter than it should be, counted with its sound

log = structlog.get_logger()


async def cut(path: Path, facts: Facts, keep: Sequence[Span], target: Path, progress: Progress, *, ffmpeg: str) -> Cut:
    """What `keep` names, one after the other in that order, as an MP4 with its index in front.

    A frame is kept where the moment it is first shown lies in a span; times may be rounded to milliseconds. Sound that
    outlasts the last picture stays as far as the span that has it. H.264 in an
    MP4 is copied but for what lies between the edges of a span and its keyframes, with its sound; all else is encoded
    anew. Raises `Refused`, also where a span holds no frame, and `ProcessingFailed`.
    """
    _check(keep, facts)
    draft = target.with_name(f"{target.name}.draft")
    try:
        if facts.container not in _SEEKABLE:
            whole = target.with_name(f"{target.name}.whole")
            facts = await make_playable(path, facts, whole, lambda part: progress(part * _ENCODING), ffmpeg=ffmpeg)
            path, progress = whole, _later(progress)
        made = await _spliced(path, facts, keep, draft, progress) or await _encoded(
            path, facts, keep, draft, progress, ffmpeg
        )
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
        target.with_name(f"{target.name}.whole").unlink(missing_ok=True)
    progress(1.0)
    return made


def _later(progress: Progress) -> Progress:
    return lambda part: progress(_ENCODING + part * (1 - _ENCODING))


def _check(keep: Sequence[Span], facts: Facts) -> None:
    """Raises `Refused`."""
    if not 0 < len(keep) <= MOST_PARTS:
        raise Refused(f"A video is cut into 1 to {MOST_PARTS} parts.")
    for span in keep:
        if not 0 <= span.start < facts.duration or not span.end - span.start >= _SHORTEST:
            raise Refused("A part begins within the video, and ends after it has begun.")


async def _spliced(path: Path, facts: Facts, keep: Sequence[Span], draft: Path, progress: Progress) -> Cut | None:
    """None where the whole is to be encoded."""
    known = facts.picture_as_is and (facts.video_codec or "").startswith("avc1") and facts.sound_as_is
    if facts.picture is None or not known or facts.container not in ("mp4", "mov"):
        return None
    ends = facts.start + facts.duration
    question = Splice(str(path), facts.container, facts.picture, facts.sound, facts.start, ends, list(keep), str(draft))
    bounds = child.limits(facts.duration, facts.size)
    found = await child.run_module("storecast.processing.splicing", question, bounds, progress)
    answer = msgspec.json.decode(found, type=Cut | str)
    if isinstance(answer, str):
        log.info("a video is encoded anew to be cut", path=str(path), reason=answer)
        return None
    made = await probe(draft)
    if not made.picture_as_is or abs(made.duration - answer.duration) > _FRAMES_OFF / max(facts.frame_rate or 25, 10):
        log.warning("a cut went wrong and is done by encoding", path=str(path), made=made, wanted=answer.duration)
        return None
    return answer


async def _encoded(path: Path, facts: Facts, keep: Sequence[Span], draft: Path, progress: Progress, ffmpeg: str) -> Cut:
    inputs: list[str] = []
    chains: list[str] = []
    joined = ""
    for number, span in enumerate(keep):
        first, end = max(span.start - ROUNDING, 0.0), min(span.end, facts.duration + 1) - ROUNDING
        seek = ["-ss", f"{first:.6f}"] if first else []
        inputs += [*encoding.decoding(), *seek, "-t", f"{end - first:.6f}", *input_options(path, facts.container)]
        if facts.picture is not None:
            chains.append(f"[{number}:{facts.picture}]{','.join(encoding.shown(facts))}[v{number}]")
            joined += f"[v{number}]"
        if facts.sound is not None:
            chains.append(f"[{number}:{facts.sound}]{encoding.HEARD}[a{number}]")
            joined += f"[a{number}]"
    picture, sound = facts.picture is not None, facts.sound is not None
    outputs = ("[v]" if picture else "") + ("[a]" if sound else "")
    chains.append(f"{joined}concat=n={len(keep)}:v={picture:d}:a={sound:d}{outputs}")
    length = sum(min(span.end, facts.duration) - span.start for span in keep)
    await child.run_ffmpeg(
        ffmpeg,
        [
            *(*inputs, "-filter_complex", ";".join(chains)),
            *(("-map", "[v]", *encoding.PICTURE) if picture else ()),
            *(("-map", "[a]", *encoding.SOUND) if sound else ()),
            *("-map_metadata", "-1", "-map_chapters", "-1"),
            *("-f", "mp4", "-movflags", "+faststart", "-y", f"file:{draft}"),
        ],
        child.limits(facts.duration, facts.size),
        progress,
        length,
    )
    made = await probe(draft)
    if facts.picture is not None and made.picture is None:
        raise Refused("There is no picture between the times of a part.")
    return Cut(made.duration, made.duration if picture else 0.0)
