import pytest

from storecast.demo.programme import Programme


@pytest.mark.parametrize(
    ("now", "name", "turn", "begins"),
    [
        (100, "Dune", 0, 100),
        (115.9, "Dune", 0, 100),
        (116, "Reed", 0, 116),
        (140, "Orbit", 0, 132),
        (149, "Dune", 1, 148),
    ],
)
def test_products_come_in_turn(now: float, name: str, turn: int, begins: float) -> None:
    programme = Programme(48)
    programme.start(100)
    slot = programme.slot(now)
    assert (slot.product.name, slot.turn, slot.begins, slot.ends) == (name, turn, begins, begins + 16)


def test_a_restart_begins_with_the_first_product() -> None:
    programme = Programme(48)
    programme.start(100)
    programme.start(120)
    assert programme.slot(121).product.name == "Dune"


def test_nothing_is_shown_before_the_start() -> None:
    with pytest.raises(ValueError, match="not started"):
        Programme(48).slot(1)
