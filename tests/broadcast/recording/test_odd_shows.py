"""Takes that broadcast itself wrote of odd streams, joined."""

from pathlib import Path

import pytest

from storecast.broadcast.recording.join import join, runs_of
from tests.broadcast.hls_rules.drive import drive
from tests.broadcast.hls_rules.odd_streams import ODD
from tests.broadcast.hls_rules.recordings import recorded
from tests.broadcast.hls_rules.streams import Encoder
from tests.broadcast.recording.takes import decode_errors, packets

FILES = {  # takes in each
    "stamps-back": [2],
    "stamps-forward-within-a-group": [2],
    "other-size-and-back": [1, 1, 1],
    "sound-stops": [1],
    "sound-joins": [1, 1],
    "pause": [1],
}
SEAM_SECONDS = 0.1  # a file may be longer by this for each take: its tracks do not begin and end as one


@pytest.mark.parametrize("name", FILES)
async def test_all_that_was_sent_is_in_the_files(name: str, encoder: Encoder, tmp_path: Path) -> None:
    stream = ODD[name](encoder)
    shown = drive(stream, tmp_path)
    runs = runs_of([path for path in shown.takes if path.exists()])
    assert [len(run) for run in runs] == FILES[name]
    seconds = 0.0
    for number, takes in enumerate(runs):
        film = tmp_path / f"{number}.mp4"
        seconds += (await join(takes, film)).duration
        assert await decode_errors(film) == ""
        kept, sent = packets(film), packets(*takes)
        assert kept["video"] == sent["video"]
        assert len(kept["audio"]) - len(sent["audio"]) in range(5)  # silence at the seam
    assert seconds == pytest.approx(recorded(stream, shown.takes).seconds, abs=SEAM_SECONDS * len(shown.takes))
