"""What `storecast events` prints is what the pages are written against."""

from enum import Enum
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

import pytest
from msgspec import UNSET, Meta, Struct, UnsetType, field

from storecast.entrypoints.commands.event_types import printed, printed_events

PAGES = Path(__file__).parents[2] / "web" / "src" / "client" / "events.ts"
T = TypeVar("T")


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Bulb(Struct):
    """A bulb,
    of glass."""

    watts: Annotated[int, Meta(ge=1)]


class Wrapped(Struct, Generic[T]):
    data: T


class Lamp(Struct):
    colour: Colour
    size: Annotated[Literal["large", "small"], Meta(description="As sold.")]
    is_lit: bool = field(name="isLit")
    bulbs: list[Bulb]
    spare: Wrapped[Bulb | None]
    prices: dict[str, float | int]
    part_of: "Lamp | None"
    note: str | UnsetType = UNSET


class LampGone(Struct):
    pass


LAMPS = """\
/** Events of a room, by name, with their data. */
export interface RoomEvents {
  "lamp": Lamp;
  "lamp.gone": LampGone;
}

/** A bulb, of glass. */
export interface Bulb {
  watts: number;
}

export interface Lamp {
  colour: "red" | "blue";
  size: "large" | "small";
  isLit: boolean;
  bulbs: Array<Bulb>;
  spare: { data: Bulb | null; };
  prices: Record<string, number>;
  part_of: Lamp | null;
  note?: string;
}

export type LampGone = Record<string, never>;
"""


def test_pages_know_the_events_the_server_tells() -> None:
    assert PAGES.read_text() == printed_events(), "make it anew: storecast events > web/src/client/events.ts"


def test_types_are_printed_as_they_are_sent() -> None:
    assert printed({"lamp.gone": LampGone, "lamp": Lamp}).partition("never;\n\n")[2] == LAMPS


def test_two_structs_of_one_name_are_refused() -> None:
    other = type("Bulb", (Struct,), {"__annotations__": {"volts": int}})
    with pytest.raises(TypeError, match="both send a Bulb"):
        printed({"bulb": Bulb, "other": other})


def test_what_typescript_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError, match="no TypeScript"):
        printed({"pair": Wrapped[tuple[int, str]]})
