"""Every kind of stream as a replay of its takes: it keeps the rules of HLS, and is as long as the file made of them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from storecast.broadcast.packaging.window import Take
from storecast.broadcast.recording.film import write_film
from storecast.broadcast.recording.folder import SessionFolder
from storecast.broadcast.recording.join import runs_of
from storecast.broadcast.replays import playlist
from storecast.broadcast.replays.scan import scan
from storecast.broadcast.replays.segments import IndexedTake
from storecast.broadcast.replays.show_index import ShowIndex, recorded_runs
from tests.broadcast.hls_rules.drive import drive
from tests.broadcast.hls_rules.odd_streams import EACH_ODD, ODD
from tests.broadcast.hls_rules.playlists import read_media
from tests.broadcast.hls_rules.replayed import replay_record
from tests.broadcast.hls_rules.rules import broken_rules
from tests.broadcast.hls_rules.streams import ORDINARY, Encoder, Stream, ordinary

# Of a picture that stands still nobody knows how long it lasts: more is said of it than there is until the next.
STILL = {"sparse-pictures", "frozen-picture"}
LASTS_CLAUSE = "4.4.4.1"
PROGRAMME_CLAUSE = "4.4.4.6"  # of what comes faster than in real time nobody knows when it was taken


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_stream_replays_by_the_rules(name: str, encoder: Encoder, tmp_path: Path) -> None:
    check(ordinary(encoder, name), tmp_path, set())


@pytest.mark.parametrize("name", EACH_ODD)
def test_an_odd_stream_replays_by_the_rules(name: str, encoder: Encoder, tmp_path: Path) -> None:
    check(ODD[name](encoder), tmp_path, {LASTS_CLAUSE} if name in STILL else set())


def check(stream: Stream, path: Path, besides: set[str]) -> None:
    folder = SessionFolder(path, "s1")
    folder.path.mkdir()
    index = ShowIndex(folder)
    began: dict[int, float] = {}

    def recorded(take: Take, at: int, part: bytes, date: float | None) -> None:
        began.setdefault(take.number, date or 0.0)
        index.written(take, at, part, date)

    shown = drive(stream, folder.path, recorded)
    assert index.whole
    assert index.takes == [take for path in shown.takes if path.exists() and (take := scan(path)) is not None]
    check_rules(index.takes, began, shown.takes, besides | (set() if stream.real_time else {PROGRAMME_CLAUSE}))
    check_lengths(index.takes, began, shown.takes, path)


def check_rules(
    takes: Sequence[IndexedTake], began: dict[int, float], paths: Sequence[Path], besides: set[str]
) -> None:
    media = playlist.media(takes, began)
    files = {path.name: path.read_bytes() for path in paths if path.exists()}
    broken = broken_rules(replay_record(playlist.multivariant(takes, "media.m3u8"), media, files))
    assert [str(rule) for rule in broken if rule.clause not in besides] == []
    found = read_media(media)
    assert found.independent_segments
    assert found.ended
    for take in takes:
        assert take.segments[0].offset == len(take.init)
        ends = [segment.offset + segment.size for segment in take.segments]
        assert ends == [*[segment.offset for segment in take.segments[1:]], take.end]
        assert take.end == len(files[playlist.take_name(take.number)])


def check_lengths(takes: Sequence[IndexedTake], began: dict[int, float], paths: Sequence[Path], path: Path) -> None:
    """The file that is made of takes is as long as was said before it was made."""
    runs = runs_of([path for path in paths if path.exists()])
    told = recorded_runs(takes, began)
    assert [run.number for run in told] == [*range(1, len(runs) + 1)]
    for run, of_run in zip(told, runs, strict=True):
        film = write_film(of_run, path / "film.mp4")
        assert run.duration == pytest.approx(film.duration, abs=0.001)
        assert (run.video_codec, run.audio_codec) == (film.video_codec, film.audio_codec)
        assert (run.width, run.height) == (film.width, film.height)
        number = int(of_run[0].stem.removeprefix("take-"))
        assert run.started_at == pytest.approx(began[number] + film.first, abs=0.001)
    listed = sum(segment.duration for take in takes for segment in take.segments)
    assert listed == pytest.approx(sum(run.duration for run in told), abs=0.1 * len(takes))
