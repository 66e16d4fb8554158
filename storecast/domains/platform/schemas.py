"""What the platform says of itself and of the world."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from storecast.domains.platform.self_check import Part


class PlatformLinks(Struct):
    api: str
    """The API's root."""
    openapi: str
    """This description, for programs."""
    reference: str
    """The same as a page for people."""
    health: str
    """Answers 200 while the API can work."""


class About(Struct):
    name: str
    """Always `Storecast`."""
    version: str
    """The version that answers."""
    links: PlatformLinks
    """Where the rest is."""
    mails: Annotated[
        Literal["sent", "kept"],
        Meta(description="`kept`: no mail server is set, and each mail is a file in `DATA/mail` alone."),
    ]


class Ready(Struct):
    status: Annotated[str, Meta(description="`ready`; anything else is an error status.")]


class Reading(Struct):
    """What was read for a load test."""

    found: int
    """How many rows: always 0."""
    read_at: str
    """When it was read."""


class Health(Struct):
    ok: bool
    """Whether every part of the installation does what it should."""
    parts: list[Part] | UnsetType = UNSET
    """Each of them; for operators alone."""


class PlaceName(Struct):
    """A language or a region of one; `locale_name` is its name in the language itself."""

    code: str
    """As `en` or `en-GB`."""
    default_name: str
    """In English."""
    locale_name: str
    """In the language itself."""


class Localization(Struct):
    id: str
    """The language's code."""
    language: PlaceName
    """Its names."""
    regions: list[PlaceName]
    """Where it is spoken, as far as people can choose it here."""


class Localizations(Struct):
    localizations: list[Localization]
    """The languages people can choose here."""
