"""Languages an installation speaks to people in, and their regions; names from CLDR."""

import re
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_datetime, format_time, get_timezone_gmt

ENGLISH = "en"
_ODD_SPACES = re.compile(r"[\u00a0\u2009\u202f]")


class Languages:
    """In the operator's order. A person's `locale` is one of them (`en`), or one with a region of it (`en-GB`)."""

    def __init__(self, tags: str) -> None:
        """`tags` as in `ar,en-GB,en-US`. Raises ValueError on a language or region that CLDR does not know."""
        self.regions: dict[str, list[str]] = {}
        for tag in tags.split(","):
            code, _, region = tag.strip().partition("-")
            if code not in _english().languages or (region and region not in _english().territories):
                raise ValueError(f"STORECAST_LANGUAGES: {tag.strip()!r} is not a language like `en` or `en-GB`")
            regions = self.regions.setdefault(code, [])
            if region:
                regions.append(region)

    @property
    def default(self) -> str:
        return ENGLISH if ENGLISH in self.regions else next(iter(self.regions))

    def known(self, tag: str) -> str | None:
        """`tag` as we write it (`EN_gb` is `en-GB`), or None when it is not one of ours."""
        code, _, region = tag.replace("_", "-").partition("-")
        code, region = code.lower(), region.upper()
        if code not in self.regions or (region and region not in self.regions[code]):
            return None
        return f"{code}-{region}" if region else code

    def preferred(self, accept_language: str) -> str:
        """The best for an `Accept-Language` header (RFC 9110, 12.5.4), else the default."""
        for tag in by_preference(accept_language):
            found = self.known(tag) or self.known(tag.partition("-")[0])
            if found is not None:
                return found
        return self.default


@lru_cache
def languages(tags: str) -> Languages:
    return Languages(tags)


def english_name(code: str) -> str:
    return str(_english().languages[code])


def own_name(code: str) -> str:
    return str(_own(code).languages.get(code) or english_name(code))


def english_region_name(region: str) -> str:
    return str(_english().territories[region])


def own_region_name(code: str, region: str) -> str:
    return str(_own(code).territories.get(region) or english_region_name(region))


def is_right_to_left(tag: str) -> bool:
    return bool(_own(tag.partition("-")[0]).text_direction == "rtl")


def territory_of(tag: str) -> str | None:
    """Where `tag` is from, as it says or as most who speak it are (CLDR's likely subtags): `DE` for `de`."""
    code, *subtags = tag.replace("-", "_").split("_")
    for subtag in subtags:
        if len(subtag) == 2 and subtag.isalpha():
            return subtag.upper()
    likely = get_global("likely_subtags").get(code.lower())
    return likely.rpartition("_")[2] if likely else None


def written_moment(moment: datetime, tag: str) -> str:
    """`moment` for people to read, in UTC and saying so."""
    return f"{format_datetime(moment.astimezone(UTC), 'medium', locale=_regional(tag))} UTC"


def local_moment(moment: datetime, tag: str, zone: tzinfo, *, brief: bool = False) -> str:
    """`moment` by the clock of `zone`, and saying which: `Wednesday, November 25, 2026, 8:00 PM EET`.

    With ordinary spaces alone: one narrow space of CLDR's and an SMS is twice as many.
    """
    local, locale = moment.astimezone(zone), _regional(tag)
    day = format_date(local, "medium" if brief else "full", locale=locale)
    hour = format_time(local, "short", locale=locale, tzinfo=zone)
    named = local.tzname() or ""  # of many zones just how far they are from UTC
    name = named if named.isalpha() else get_timezone_gmt(local, locale=locale)
    return _ODD_SPACES.sub(" ", f"{day}, {hour} {name}")


def by_preference(accept_language: str) -> list[str]:
    """The tags of an `Accept-Language` header, the most wanted first."""
    weighted: list[tuple[float, str]] = []
    for part in accept_language[:500].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighted.append((float(weight or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighted, key=lambda pair: -pair[0]) if weight > 0]


def _english() -> Locale:
    return _own(ENGLISH)


@lru_cache(maxsize=512)
def _regional(tag: str) -> Locale:
    """As `_own`, in the way of the tag's region where CLDR knows one."""
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return _own(tag.partition("-")[0])


@lru_cache(maxsize=512)
def _own(code: str) -> Locale:
    """CLDR's data in the language itself; English's where CLDR has only the language's name."""
    try:
        return Locale.parse(code)
    except UnknownLocaleError:
        return Locale.parse(ENGLISH)
