from fractions import Fraction

import pytest

from tests.broadcast.endurance.numbered import NumberedShow, numbered_show


@pytest.fixture(scope="session")
def show() -> NumberedShow:
    """29.97 pictures a second beside 44.1 kHz: neither is a whole number of milliseconds."""
    return numbered_show(Fraction(30_000, 1001), 44_100)


@pytest.fixture(scope="session")
def untold_show() -> NumberedShow:
    """The same from an encoder that does not say its rate in the metadata."""
    return numbered_show(Fraction(30_000, 1001), 44_100, told=False)
