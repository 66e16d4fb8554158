"""Reactions as the API takes and answers them."""

from typing import Annotated

from msgspec import Meta, Struct

from storecast.domains.chat.reactions.emoji import LONGEST


class ReactionChange(Struct):
    emoji: Annotated[str, Meta(min_length=1, max_length=LONGEST)]
    """One emoji, skin tones, flags and keycaps included."""
    on: bool = True
    """False takes it back."""


class ReactionChanged(Struct):
    id: str
    """The message's."""
    emoji: str
    """In the form it is counted under."""
    on: bool
    """Whether the caller's stands now. How many there are the room is told."""
