"""Still pictures of a film."""

import math
from contextlib import nullcontext, suppress
from pathlib import Path

from PIL import Image, ImageStat

from storecast.processing import child, encoding
from storecast.processing.container import input_options
from storecast.processing.facts import Facts, Refused, Storyboard

POSTER_SIDE = 1280  # pixels
_PLACES = (0.1, 0.3, 0.5, 0.7, 0.9, 0.0)  # of a film, where a frame for its poster is looked for
_CHOSEN_FROM = 24  # frames, of which the most typical is taken
_DARK, _EVEN = 24.0, 8.0  # of 255: how bright a picture is at least, and how much its pixels differ

TILE_SIDE = 160  # pixels
_TILES = 150  # at most
_COLUMNS = 10
_SHORTEST_INTERVAL = 1.0  # seconds
_DENSE = 4.0  # seconds an interval, from which on keyframes alone are decoded


async def make_poster(path: Path, facts: Facts, target: Path, *, ffmpeg: str) -> None:
    """A WebP, its longest side 1280 pixels at most, of a frame that is neither black nor empty if there is one.

    Raises `Refused`, also where there is no picture, and `ProcessingFailed`.
    """
    if facts.picture is None:
        raise Refused("There is no picture in this video.")
    size = encoding.fitted(facts, POSTER_SIDE, POSTER_SIDE)
    draft = target.with_name(f"{target.name}.draft")
    drawn = [f"thumbnail={_CHOSEN_FROM}", *encoding.filters(facts, *size)]
    try:
        for place in _PLACES:  # the last of them, the beginning, is the one there always is
            seek = ["-ss", f"{facts.duration * place:.3f}"] if place else []
            with suppress(Refused) if place else nullcontext():  # nothing to see where something is damaged
                await _draw(path, facts, seek, drawn, draft, ffmpeg)
                if not place or _shows_something(draft):
                    draft.replace(target)
                    return
    finally:
        draft.unlink(missing_ok=True)


async def make_storyboard(
    path: Path, facts: Facts, sprite: Path, vtt: Path, *, name: str, ffmpeg: str
) -> Storyboard | None:
    """A grid of small pictures as one WebP, and a WebVTT whose cues name the tiles of `name` (`name#xywh=…`).

    None, and no files, where there is no picture. Raises `Refused` and `ProcessingFailed`.
    """
    if facts.picture is None:
        return None
    interval = max(facts.duration / _TILES, _SHORTEST_INTERVAL)
    tiles = max(math.ceil(round(facts.duration / interval, 3)), 1)
    columns = min(tiles, _COLUMNS)
    width, height = encoding.fitted(facts, TILE_SIDE, TILE_SIDE)
    # A tile is the frame in the middle of its interval; the last one is repeated where the picture ends before.
    drawn = [
        *(
            f"fps=fps={1 / interval:.9f}:start_time=0:round=near:eof_action=pass",
            *encoding.filters(facts, width, height),
        ),
        *(f"tpad=stop=-1:stop_mode=clone,trim=end_frame={tiles}", f"tile={columns}x{math.ceil(tiles / columns)}"),
    ]
    seek = ["-skip_frame", "nokey"] if interval >= _DENSE else []
    draft = sprite.with_name(f"{sprite.name}.draft")
    try:
        await _draw(path, facts, seek, drawn, draft, ffmpeg)
        draft.replace(sprite)
        board = Storyboard(interval, tiles, columns, width, height)
        draft.write_text(_cues(board, facts.duration, name))
        draft.replace(vtt)
    finally:
        draft.unlink(missing_ok=True)
    return board


async def _draw(path: Path, facts: Facts, before: list[str], drawn: list[str], draft: Path, ffmpeg: str) -> None:
    await child.run_ffmpeg(
        ffmpeg,
        [
            *(*encoding.decoding(), *before, *input_options(path, facts.container)),
            *("-map", f"0:{facts.picture}", "-vf", ",".join(drawn), "-frames:v", "1"),
            *("-c:v", "libwebp", "-quality", "80", "-map_metadata", "-1", "-f", "image2", "-update", "1"),
            *("-y", f"file:{draft}"),
        ],
        child.limits(facts.duration, facts.size),
    )
    if not _is_there(draft):  # ffmpeg is content with having had nothing to draw
        raise Refused("This video is damaged: no picture in it can be decoded.")


def _is_there(file: Path) -> bool:
    return file.exists()


def _shows_something(picture: Path) -> bool:
    with Image.open(picture) as image:
        grey = ImageStat.Stat(image.convert("L"))
    return grey.mean[0] >= _DARK and grey.stddev[0] >= _EVEN


def _cues(board: Storyboard, duration: float, name: str) -> str:
    lines = ["WEBVTT", ""]
    for tile in range(board.tiles):
        begin, end = tile * board.interval, min((tile + 1) * board.interval, duration)
        row, column = divmod(tile, board.columns)
        place = f"{column * board.width},{row * board.height},{board.width},{board.height}"
        lines += [f"{_stamp(begin)} --> {_stamp(end)}", f"{name}#xywh={place}", ""]
    return "\n".join(lines)


def _stamp(seconds: float) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{milliseconds // 1000:02d}.{milliseconds % 1000:03d}"
