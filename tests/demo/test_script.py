from itertools import pairwise

import pytest

from storecast.demo.products import PRODUCTS
from storecast.demo.script import GUESTS, TAKES, Line, take

ALL = [(name, number, line) for name, takes in TAKES.items() for number, take in enumerate(takes) for line in take]


def test_every_product_is_talked_about() -> None:
    assert set(TAKES) == {product.name for product in PRODUCTS}
    assert all(TAKES.values())


def test_every_guest_has_something_to_say() -> None:
    assert {line.speaker for _, _, line in ALL} == {*GUESTS, None}


@pytest.mark.parametrize(("name", "number", "line"), ALL)
def test_a_line_fits_into_a_message(name: str, number: int, line: Line) -> None:
    assert 1 <= len(line.text) <= 300


@pytest.mark.parametrize("lines", [lines for takes in TAKES.values() for lines in takes])
def test_lines_come_one_after_the_other_within_the_products_time(lines: tuple[Line, ...]) -> None:
    # A line may be up to 0.03 late and 0.02 early: neighbours keep their order.
    assert all(b.at - a.at > 0.05 for a, b in pairwise(lines))
    assert lines[0].at > 0.02
    assert lines[-1].at < 0.97


@pytest.mark.parametrize("lines", [lines for takes in TAKES.values() for lines in takes])
def test_the_host_answers_a_guest_who_spoke_before(lines: tuple[Line, ...]) -> None:
    for index, line in enumerate(lines):
        if line.answers is not None:
            assert line.speaker is None
            assert line.answers < index
            assert lines[line.answers].speaker is not None


def test_takes_come_round_again() -> None:
    assert take("Reed", 0) == take("Reed", len(TAKES["Reed"]))
    assert take("Reed", 0) != take("Reed", 1)
