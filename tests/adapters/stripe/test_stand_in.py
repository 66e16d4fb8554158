"""What stands in for Stripe is shown test keys alone."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from storecast.adapters.stripe.client import Stripe
from storecast.adapters.stripe.documented import countries, locale_of
from storecast.adapters.stripe.errors import KeyRefused
from storecast.kit.settings import Settings


@pytest.mark.parametrize(
    "stands_in", [{"stripe_api_url": "http://127.0.0.1:9"}, {"stripe_js_url": "http://127.0.0.1:9/stripe.js"}]
)
@pytest.mark.parametrize("key", ["sk_live_51abc", "rk_live_51abc"])
def test_live_keys_are_shown_to_stripe_alone(tmp_path: Path, stands_in: dict[str, str], key: str) -> None:
    with pytest.raises(KeyRefused):
        Stripe(Settings.model_validate({"data_dir": tmp_path, **stands_in})).account(key)
    Stripe(Settings(data_dir=tmp_path)).account(key)


@pytest.mark.parametrize(
    "wrong",
    [
        {"stripe_api_url": "api.stripe.com"},
        {"stripe_api_url": "http://127.0.0.1:9/v1"},
        {"stripe_js_url": "http://127.0.0.1:9"},
        {"stripe_js_url": "javascript:alert(1)"},
        {"stripe_js_url": "http://127.0.0.1:9/a.js; script-src *"},
        {"stripe_js_url": 'http://127.0.0.1:9/"><script>'},
    ],
)
def test_addresses_of_a_stand_in_are_addresses(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


def test_stripes_page_speaks_the_buyers_language_where_it_can() -> None:
    asked = ("de", "de-AT", "en-GB", "en-US", "zh-CN", "pt-BR", "ar", "")
    assert [locale_of(each) for each in asked] == ["de", "de", "en-GB", "en", "zh", "pt-BR", "auto", "auto"]


def test_countries_are_those_stripe_ships_to() -> None:
    assert {"DE", "RO", "US", "TW"} <= countries()
    assert not {"KP", "CU", "ZZ"} & countries()
