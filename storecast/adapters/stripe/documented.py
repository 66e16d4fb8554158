"""What Stripe's library documents of its parameters, where nothing else says it."""

from functools import cache
from typing import Literal, get_args, get_origin, get_type_hints

LOCALES = frozenset((
    "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hi-IN", "hr", "hu",
    "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv",
    "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
))  # fmt: skip


def locale_of(language: str) -> str:
    """The closest that Stripe's pages speak; `auto`, the browser's, where none is close."""
    for tag in (language, language.partition("-")[0]):
        if tag in LOCALES:
            return tag
    return "auto"


@cache
def countries() -> frozenset[str]:
    """Where Stripe lets sellers ship to, ISO 3166-1 alpha-2; its own `ZZ`, of the unknown, is none."""
    from stripe.params.checkout import SessionCreateParamsShippingAddressCollection  # takes a quarter of a second

    [listed] = get_args(get_type_hints(SessionCreateParamsShippingAddressCollection)["allowed_countries"])
    named = next(kind for kind in get_args(listed) if get_origin(kind) is Literal)
    return frozenset(get_args(named)) - {"ZZ"}
