import struct
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.broadcast.rtmp.amf import (
    MAX_DEPTH,
    MAX_STRING,
    MAX_VALUES,
    UNDEFINED,
    AmfError,
    AmfValue,
    Marker,
    decode,
    encode,
)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
numbers = st.floats(allow_nan=False)
dates = st.integers(-(10**12), 4 * 10**12).map(lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))
plain = st.none() | st.booleans() | numbers | text | st.just(UNDEFINED) | dates
values: st.SearchStrategy[AmfValue] = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(text, inner, max_size=5), max_leaves=30
)


@given(st.lists(values, max_size=6))
def test_what_is_encoded_is_decoded(written: list[AmfValue]) -> None:
    assert decode(encode(*written)) == written


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_no_error(data: bytes) -> None:
    decode(data)


@given(st.lists(st.sampled_from(Marker).map(lambda m: bytes((m,))) | st.binary(max_size=12), max_size=60))
def test_plausible_bytes_are_no_error(pieces: list[bytes]) -> None:
    decode(b"".join(pieces))


@given(st.lists(values, min_size=1, max_size=3), st.data())
def test_of_values_cut_short_the_first_are_read(written: list[AmfValue], data: st.DataObject) -> None:
    ends = [len(encode(*written[: count + 1])) for count in range(len(written))]
    cut = data.draw(st.integers(0, ends[-1] - 1))
    whole = sum(end <= cut for end in ends)
    assert decode(encode(*written)[:cut])[:whole] == written[:whole]


@given(st.lists(values, min_size=1, max_size=3), st.binary(max_size=20))
def test_what_comes_before_the_unreadable_is_read(written: list[AmfValue], odd: bytes) -> None:
    assert decode(encode(*written) + b"\x11" + odd) == written


def test_an_object_that_breaks_off_counts_as_far_as_it_goes() -> None:
    metadata = encode("onMetaData", {"width": 640.0, "height": 360.0, "inner": {"a": 1.0}})
    assert decode(metadata[:-3]) == ["onMetaData", {"width": 640.0, "height": 360.0, "inner": {"a": 1.0}}]
    assert decode(metadata[:40]) == ["onMetaData", {"width": 640.0}]
    assert decode(b"") == []


def test_an_ecma_array_goes_by_its_end_and_not_by_its_count() -> None:
    body = b"\x08" + struct.pack(">I", 99) + b"\x00\x01a\x00" + struct.pack(">d", 1) + b"\x00\x00\x09"
    assert decode(body) == [{"a": 1.0}]


def test_typed_objects_long_strings_and_xml_are_read() -> None:
    typed = b"\x10\x00\x03cls\x00\x01a\x05\x00\x00\x09"
    assert decode(typed) == [{"a": None}]
    for marker in (b"\x0c", b"\x0f"):
        assert decode(marker + struct.pack(">I", 5) + b"hello") == ["hello"]


def test_a_reference_means_the_object_it_counts_to() -> None:
    body = b"\x0a\x00\x00\x00\x02" + b"\x03\x00\x01a\x05\x00\x00\x09" + b"\x07\x00\x01"
    (found,) = decode(body)
    assert found == [{"a": None}, {"a": None}]
    assert decode(b"\x05\x07\x00\x00\x05") == [None]  # a reference to nothing


def test_an_empty_key_is_a_key_where_no_end_marker_follows() -> None:
    assert decode(b"\x03\x00\x00\x01\x01\x00\x00\x09") == [{"": True}]


@pytest.mark.parametrize("milliseconds", [float("nan"), float("inf"), 1e300, -1e300])
def test_dates_beyond_the_calendar_are_none(milliseconds: float) -> None:
    assert decode(b"\x05\x0b" + struct.pack(">d", milliseconds) + b"\x00\x00") == [None]


@pytest.mark.parametrize(
    ("body", "values"),
    [
        (b"\x0c" + struct.pack(">I", MAX_STRING + 1) + b"x" * (MAX_STRING + 1), 0),
        (b"\x05" * (MAX_VALUES + 1), MAX_VALUES),
        (b"\x05\x0a\xff\xff\xff\xff" + b"\x05" * 100, 2),
        (b"\x11", 0),
        (b"\x09", 0),
    ],
)
def test_reading_ends_at_more_than_anybody_needs(body: bytes, values: int) -> None:
    assert len(decode(body)) == values


def test_nesting_ends_at_a_depth() -> None:
    nested = b"\x0a\x00\x00\x00\x01"
    assert decode(nested * 70_000 + b"\x05") == [[]]
    assert decode(nested * (MAX_DEPTH + 1) + b"\x05") == [[]]
    (found,) = decode(nested * MAX_DEPTH + b"\x05")
    for _ in range(MAX_DEPTH):
        assert isinstance(found, list)
        (found,) = found
    assert found is None


def test_limits_hold_for_what_is_written() -> None:
    nested: AmfValue = None
    for _ in range(MAX_DEPTH + 1):
        nested = [nested]
    with pytest.raises(AmfError, match="too deep"):
        encode(nested)
    with pytest.raises(AmfError, match="too long"):
        encode("x" * (MAX_STRING + 1))
