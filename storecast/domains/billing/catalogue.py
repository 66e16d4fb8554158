"""The plan catalogue: one TOML file an operator can edit."""

from pathlib import Path

import msgspec
from msgspec import Struct

from storecast.domains.billing.limits import Limit
from storecast.kit.settings import Settings

SHIPPED = Path(__file__).with_name("plans.toml")


class Feature(Struct, frozen=True):
    identifier: str
    name: str
    value: int | None = None


class Plan(Struct, frozen=True):
    identifier: str
    name: str
    price: int  # a month's, in whole US dollars
    features: tuple[Feature, ...]
    default: bool = False

    def limit(self, limit: Limit) -> int | None:
        """The most of `limit` this plan allows; None where the plan sets no bound."""
        return self.value(limit)

    def value(self, identifier: str) -> int | None:
        """Of a feature; None where the plan has none of it, or says no number."""
        return next((feature.value for feature in self.features if feature.identifier == identifier), None)


class _File(Struct):
    plans: list[Plan]


class Catalogue:
    def __init__(self, plans: list[Plan]) -> None:
        """Raises ValueError unless exactly one plan is the default."""
        defaults = [plan for plan in plans if plan.default]
        if len(defaults) != 1:
            raise ValueError("the plan catalogue needs exactly one plan with `default = true`")
        self.plans = tuple(plans)
        self.default = defaults[0]


def load_catalogue(settings: Settings) -> Catalogue:
    """The catalogue in force. Raises ValueError, naming the file, when it cannot be read."""
    path = settings.plans_file or SHIPPED
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=_File).plans
        shown = [
            msgspec.structs.replace(
                plan,
                features=tuple(
                    msgspec.structs.replace(feature, name=feature.name.replace("{value}", str(feature.value)))
                    for feature in plan.features
                ),
            )
            for plan in found
        ]
        return Catalogue(shown)
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error
