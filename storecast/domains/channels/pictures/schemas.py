"""What the pictures of channels take."""

from typing import Annotated

from msgspec import Meta, Struct

from storecast.kit.images import KINDS
from storecast.kit.uploads import Upload

Picture = Annotated[Upload, Meta(description=f"{KINDS}; 12 MB and 40 megapixels.")]


class NewPicture(Struct):
    """The picture as a file of a multipart body."""

    image: Picture | None = None
    """The picture."""
    file: Picture | None = None
    """The same by another name."""
