"""What a show and its children tell each other by pipes."""

import io
import struct

import pytest

from storecast.broadcast.records import BrokenWire, Records, read

HEADER = struct.Struct(">BqI")
MOST = 5
SAID = [((1, -7), b"one"), ((2, 1 << 40), b""), ((3, 0), b"three")]
WIRE = b"".join(HEADER.pack(*numbers, len(data)) + data for numbers, data in SAID)
TOO_LARGE = HEADER.pack(1, 0, MOST + 1)


@pytest.mark.parametrize("size", [1, 4, len(WIRE)])
def test_records_are_given_whole_however_they_come(size: int) -> None:
    records = Records(HEADER, MOST)
    pieces = [WIRE[at : at + size] for at in range(0, len(WIRE), size)]
    assert [record for piece in pieces for record in records.feed(piece)] == SAID
    assert list(read(io.BytesIO(WIRE), HEADER, MOST)) == SAID


@pytest.mark.parametrize("missing", [1, 5, HEADER.size])
def test_a_record_that_is_cut_off_is_not_given(missing: int) -> None:
    assert list(Records(HEADER, MOST).feed(WIRE[:-missing])) == SAID[:-1]
    assert list(read(io.BytesIO(WIRE[:-missing]), HEADER, MOST)) == SAID[:-1]


def test_a_record_past_what_may_be_is_not_waited_for() -> None:
    fed = Records(HEADER, MOST).feed(WIRE + TOO_LARGE)
    assert [next(fed) for _ in SAID] == SAID
    with pytest.raises(BrokenWire):
        next(fed)
    assert list(read(io.BytesIO(WIRE + TOO_LARGE), HEADER, MOST)) == SAID
