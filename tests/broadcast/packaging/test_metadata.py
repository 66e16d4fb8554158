from fractions import Fraction

import pytest

from storecast.broadcast.packaging.metadata import Announced, announced_by
from storecast.broadcast.rtmp.amf import AmfValue, encode

DESCRIBED: dict[str, AmfValue] = {"videocodecid": 7.0, "audiocodecid": 10.0, "framerate": 25.0}


def test_metadata_announces_tracks_and_frame_rate() -> None:
    announced = Announced(video=True, audio=True, frame=Fraction(1, 25))
    assert announced_by(encode("onMetaData", DESCRIBED)) == announced
    assert announced_by(encode("@setDataFrame", "onMetaData", DESCRIBED)) == announced


@pytest.mark.parametrize("cut", [1, 3])
def test_metadata_without_its_end_is_read_as_far_as_it_goes(cut: int) -> None:
    assert announced_by(encode("onMetaData", DESCRIBED)[:-cut]) == announced_by(encode("onMetaData", DESCRIBED))
    assert announced_by(encode("onMetaData", DESCRIBED) + b"\x11\x0a") == announced_by(encode("onMetaData", DESCRIBED))


@pytest.mark.parametrize("message", [b"", b"\x00", encode("onTextData", DESCRIBED), encode(1.0, 2.0, "onMetaData")])
def test_other_data_announces_nothing(message: bytes) -> None:
    assert announced_by(message) is None
