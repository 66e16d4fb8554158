"""A film as one MP4 that browsers play and people download."""

from pathlib import Path

from msgspec.structs import replace

from storecast.processing import child, encoding
from storecast.processing.container import input_options
from storecast.processing.facts import Facts, Progress, Refused
from storecast.processing.probing import probe

_MISSING = 0.1  # of a film that may be lost to damage


async def make_playable(path: Path, facts: Facts, target: Path, progress: Progress, *, ffmpeg: str) -> Facts:
    """An MP4 with its index in front; copied where `facts.streamable`, else encoded as H.264 and AAC.

    Nothing is kept of what else is in the file, as where it was filmed. Gives the facts of `target`, which are
    streamable. Raises `Refused` and `ProcessingFailed`.
    """
    draft = target.with_name(f"{target.name}.draft")
    try:
        made = await _made(path, facts, draft, progress, ffmpeg)
        if not made.streamable:  # what could not be seen before, as packets its container had in another order
            anew = replace(facts, picture_as_is=False, sound_as_is=False, streamable=False)
            made = await _made(path, anew, draft, progress, ffmpeg)
        if made.duration < facts.duration * (1 - _MISSING) - 1:
            raise Refused(
                f"This video is damaged: {made.duration:.0f} of its {facts.duration:.0f} seconds can be played."
            )
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    progress(1.0)
    return made


async def _made(path: Path, facts: Facts, draft: Path, progress: Progress, ffmpeg: str) -> Facts:
    picture, sound = [], []
    if facts.picture is not None:
        picture = ["-map", f"0:{facts.picture}"]
        picture += (
            ["-c:v", "copy"] if facts.picture_as_is else ["-vf", ",".join(encoding.shown(facts)), *encoding.PICTURE]
        )
        if facts.picture_as_is and (facts.video_codec or "").startswith("hvc1"):
            picture += ["-tag:v", "hvc1"]  # Safari takes no other
    if facts.sound is not None:
        sound = ["-map", f"0:{facts.sound}"]
        sound += ["-c:a", "copy"] if facts.sound_as_is else ["-af", encoding.HEARD, *encoding.SOUND]
    await child.run_ffmpeg(
        ffmpeg,
        [
            *encoding.decoding(),
            *input_options(path, facts.container),
            *picture,
            *sound,
            *("-map_metadata", "-1", "-map_chapters", "-1", "-dn", "-sn"),
            *("-f", "mp4", "-movflags", "+faststart", "-y", f"file:{draft}"),
        ],
        child.limits(facts.duration, facts.size),
        progress,
        facts.duration,
    )
    return await probe(draft)
