"""What a page needs that has a payment in it: Stripe's script, and leave to run it.

https://docs.stripe.com/security/guide#content-security-policy
"""

from urllib.parse import urlsplit

import stripe

from storecast.kit.settings import Settings

_RELEASE = stripe.api_version.rpartition(".")[2]  # the script of the API's own release: others call things otherwise
SCRIPT = f"https://js.stripe.com/{_RELEASE}/stripe.js"
_SCRIPTS = "https://js.stripe.com https://*.js.stripe.com https://checkout.stripe.com"
_FRAMES = "https://js.stripe.com https://*.js.stripe.com https://checkout.stripe.com https://hooks.stripe.com"


def script_of(settings: Settings) -> str:
    return settings.stripe_js_url or SCRIPT


def sources_of(settings: Settings) -> tuple[str, str]:
    """Whence its scripts come, and its frames, as a content policy has them."""
    if settings.stripe_js_url is None:
        return _SCRIPTS, _FRAMES
    stand_in = urlsplit(settings.stripe_js_url)
    origin = f"{stand_in.scheme}://{stand_in.netloc}"
    return origin, origin
