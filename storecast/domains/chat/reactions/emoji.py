"""Which texts are one emoji, by Unicode's list of those meant for general interchange (UTS #51, RGI)."""

from collections.abc import Mapping
from functools import cache

from storecast.kit.errors import Unprocessable

LONGEST = 20  # characters; a flag of a subdivision has 7, a kiss of two people 10
_DRAWN_AS_PICTURE = "\ufe0f"


def one_emoji(text: str) -> str:
    """`text` in the one form of it, where it is an emoji. Raises `Unprocessable`."""
    found = _forms().get(text.replace(_DRAWN_AS_PICTURE, ""))
    if found is None:
        raise Unprocessable.field("emoji", "must be one emoji")
    return found


@cache
def _forms() -> Mapping[str, str]:
    """Each emoji as it should be written, by what is left of it where nobody wrote that it is a picture."""
    from emoji import EMOJI_DATA, STATUS  # 10 MB, which who never sees a reaction need not have

    whole = (sign for sign, known in EMOJI_DATA.items() if known["status"] == STATUS["fully_qualified"])
    return {sign.replace(_DRAWN_AS_PICTURE, ""): sign for sign in whole}
