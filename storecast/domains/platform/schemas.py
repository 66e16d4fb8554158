"""What the platform says of itself and of the world."""

from typing import Annotated, Literal

from msgspec import Meta, Struct


class Links(Struct):
    api: str
    openapi: str
    health: str


class About(Struct):
    name: str
    version: str
    links: Links
    mails: Annotated[
        Literal["sent", "kept"],
        Meta(description="`kept`: no mail server is set, and each mail is a file in `DATA/mail` alone."),
    ]


class Ready(Struct):
    status: Annotated[str, Meta(description="`ready`; anything else is an error status.")]


class PlaceName(Struct):
    """A language or a region of one; `locale_name` is its name in the language itself."""

    code: str
    default_name: str
    locale_name: str


class Localization(Struct):
    id: str
    language: PlaceName
    regions: list[PlaceName]


class Localizations(Struct):
    localizations: list[Localization]
