"""Hearts as the API takes them."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Heart = Literal["❤️", "😍", "😂", "😮", "👏", "🔥", "🎉", "👍", "💯", "🙏", "😢", "🛍️"]


class Hearts(Struct):
    emoji: Heart = "❤️"
    """Which; they float over the picture, so it is one of a few."""
    count: Annotated[int, Meta(ge=1, le=20, description="How many, as a page has counted them since it last told.")] = 1
