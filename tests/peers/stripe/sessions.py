"""Checkout Sessions: https://docs.stripe.com/api/checkout/sessions."""

from typing import Any
from urllib.parse import urlsplit

from stripe.params import CouponCreateParams
from stripe.params.checkout import SessionCreateParams

from tests.peers.stripe.account import Account, Resource, new_id
from tests.peers.stripe.currencies import require_amount, require_chargeable, require_currency
from tests.peers.stripe.documented import read
from tests.peers.stripe.errors import Refusal
from tests.peers.stripe.form import Value
from tests.peers.stripe.sums import sums

HALF_HOUR, DAY = 30 * 60, 24 * 60 * 60
MOST_LINES, MOST_RATES = 100, 5
EMBEDDED = ("embedded_page", "elements", "form")
LONGEST_ADDRESS, LONGEST_REFERENCE, LONGEST_NAME = 5000, 200, 250


def create(account: Account, form: dict[str, Value], page_url: str) -> Resource:
    asked = read(form, SessionCreateParams)
    if asked.get("mode") != "payment":
        raise Refusal("This peer knows `payment` mode alone.", param="mode")
    ui = asked.get("ui_mode", "hosted_page")
    _require_addresses(asked, ui)
    expires_at = _expiry(asked, account.clock.now())
    lines, currency = _lines(asked)
    rates = _rates(asked, currency)
    coupon = _coupon(account, asked, currency)
    automatic_tax = asked.get("automatic_tax", {}).get("enabled", False)
    if automatic_tax and not account.tax_is_set_up:
        raise Refusal("You must have a valid origin address to enable automatic tax calculation in test mode.",
                      param="automatic_tax")  # fmt: skip
    _require_metadata(asked.get("metadata", {}), "metadata")
    _require_metadata(asked.get("payment_intent_data", {}).get("metadata", {}), "payment_intent_data[metadata]")
    if len(asked.get("client_reference_id", "")) > LONGEST_REFERENCE:
        raise Refusal("Invalid string: must be at most 200 characters", param="client_reference_id")
    if "customer_email" in asked and "@" not in asked["customer_email"]:
        raise Refusal(f"Invalid email address: {asked['customer_email']}", code="email_invalid", param="customer_email")
    identity = new_id("cs_test")
    hosted = ui == "hosted_page"
    session: Resource = {
        "id": identity,
        "object": "checkout.session",
        "automatic_tax": {
            "enabled": automatic_tax,
            "status": "requires_location_inputs" if automatic_tax else None,
        },
        "cancel_url": asked.get("cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "client_secret": None if hosted else f"{identity}_secret_{new_id('x')[2:]}",
        "collected_information": None,
        "created": account.clock.now(),
        "currency": currency,
        "customer": None,
        "customer_details": _known(asked["customer_email"]) if "customer_email" in asked else None,
        "customer_email": asked.get("customer_email"),
        "expires_at": expires_at,
        "livemode": False,
        "locale": asked.get("locale"),
        "metadata": asked.get("metadata", {}),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": ["card", "sepa_debit"],
        "payment_status": "unpaid",
        "return_url": asked.get("return_url"),
        "redirect_on_completion": None if hosted else asked.get("redirect_on_completion", "always"),
        "shipping_address_collection": asked.get("shipping_address_collection"),
        "shipping_cost": None,
        "shipping_options": [{"shipping_amount": rate["fixed_amount"]["amount"], "shipping_rate": rate["id"]}
                             for rate in rates],
        "status": "open",
        "success_url": asked.get("success_url"),
        "ui_mode": ui,
        "url": f"{page_url}/c/pay/{identity}" if hosted else None,
        "_lines": lines,
        "_rates": rates,
        "_chosen_shipping": rates[0] if rates else None,
        "_coupon": coupon,
        "_intent": asked.get("payment_intent_data", {}),
        "_phone": asked.get("phone_number_collection", {}).get("enabled", False),
    }  # fmt: skip
    reckon(session, None)
    require_chargeable(session["amount_total"], currency)
    account.sessions[identity] = session
    return session


def reckon(session: Resource, country: str | None) -> None:
    """Write down what it comes to."""
    came = sums(session, country)
    session["amount_subtotal"], session["amount_total"] = came.subtotal, came.total
    session["total_details"] = {
        "amount_discount": came.discount,
        "amount_shipping": came.shipping,
        "amount_tax": came.tax,
    }
    if chosen := session["_chosen_shipping"]:
        session["shipping_cost"] = {
            "amount_subtotal": came.shipping,
            "amount_tax": came.shipping_tax,
            "amount_total": came.shipping + (0 if chosen["tax_behavior"] == "inclusive" else came.shipping_tax),
            "shipping_rate": chosen["id"],
        }


def expire(account: Account, session: Resource) -> Resource:
    """By call. Raises `Refusal` unless it is open."""
    if session["status"] != "open":
        raise Refusal('Only Checkout Sessions with a status in ["open"] can be expired. '
                      f"This Session has a status of `{session['status']}`.")  # fmt: skip
    return end(account, session)


def end(account: Account, session: Resource) -> Resource:
    session["status"], session["url"], session["client_secret"] = "expired", None, None
    account.happened("checkout.session.expired", shown(session))
    return session


def end_those_over(account: Account) -> None:
    """A session lives no longer than it was made for."""
    for session in account.sessions.values():
        if session["status"] == "open" and session["expires_at"] <= account.clock.now():
            end(account, session)


def shown(session: Resource) -> Resource:
    """As Stripe answers it: without what only this peer has to know."""
    return {name: value for name, value in session.items() if not name.startswith("_")}


def line_items(session: Resource) -> Resource:
    items = [
        {
            "id": f"li_{place}",
            "object": "item",
            "amount_subtotal": line["unit"] * line["quantity"],
            "currency": session["currency"],
            "description": line["name"],
            "price": {"object": "price", "currency": session["currency"], "unit_amount": line["unit"]},
            "quantity": line["quantity"],
        }
        for place, line in enumerate(session["_lines"])
    ]
    return {
        "object": "list",
        "data": items,
        "has_more": False,
        "url": f"/v1/checkout/sessions/{session['id']}/line_items",
    }


def create_coupon(account: Account, form: dict[str, Value]) -> Resource:
    asked = read(form, CouponCreateParams)
    off, percent = asked.get("amount_off"), asked.get("percent_off")
    if (off is None) == (percent is None):
        raise Refusal("You must pass either `percent_off` or `amount_off`.", param="percent_off")
    currency = None
    if off is not None:
        if "currency" not in asked:
            raise Refusal("You must pass `currency` when passing `amount_off`", param="currency")
        currency = require_currency(asked["currency"], "currency")
        if require_amount(off, currency, "amount_off") < 1:
            raise Refusal("This value must be greater than or equal to 1.", param="amount_off")
    elif not 0 < percent <= 100:
        raise Refusal("`percent_off` must be between 0 and 100.", param="percent_off")
    if len(asked.get("name", "")) > 40:
        raise Refusal("Invalid string: must be at most 40 characters", param="name")
    coupon = {
        "id": asked.get("id", new_id("co")),
        "object": "coupon",
        "amount_off": off,
        "currency": currency,
        "duration": asked.get("duration", "once"),
        "livemode": False,
        "max_redemptions": asked.get("max_redemptions"),
        "name": asked.get("name"),
        "percent_off": None if percent is None else float(percent),
        "times_redeemed": 0,
        "valid": True,
    }
    account.coupons[coupon["id"]] = coupon
    return coupon


def _known(email: str) -> Resource:
    """Of whoever has filled in nothing yet."""
    return {"address": None, "email": email, "name": None, "phone": None, "tax_exempt": "none", "tax_ids": None}


def _require_addresses(asked: dict[str, Any], ui: str) -> None:
    if ui == "hosted_page":
        if "success_url" not in asked:
            raise Refusal("Missing required param: success_url.", code="parameter_missing", param="success_url")
        if "return_url" in asked or "redirect_on_completion" in asked:
            param = "return_url" if "return_url" in asked else "redirect_on_completion"
            raise Refusal(f"You can only specify `{param}` if `ui_mode` is `embedded_page` or `elements`.", param=param)
    else:
        for param in ("success_url", "cancel_url"):
            if param in asked:
                raise Refusal(f"You can not pass `{param}` if `ui_mode` is `{ui}`.", param=param)
        if "return_url" not in asked and asked.get("redirect_on_completion") != "never":
            raise Refusal("Missing required param: return_url.", code="parameter_missing", param="return_url")
        if asked.get("redirect_on_completion") == "never" and "return_url" in asked:
            raise Refusal("`return_url` is not allowed with `redirect_on_completion: never`.", param="return_url")
    for param in ("success_url", "cancel_url", "return_url"):
        if param in asked:
            _require_url(asked[param], param)


def _require_url(url: str, param: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or len(url) > LONGEST_ADDRESS:
        raise Refusal("Not a valid URL", code="url_invalid", param=param)


def _expiry(asked: dict[str, Any], now: int) -> int:
    expires_at = asked.get("expires_at", now + DAY)
    if not now + HALF_HOUR <= expires_at:
        raise Refusal("The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
                      param="expires_at")  # fmt: skip
    if expires_at > now + DAY:
        raise Refusal("The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
                      param="expires_at")  # fmt: skip
    return expires_at


def _lines(asked: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    items = asked.get("line_items", [])
    if not 1 <= len(items) <= MOST_LINES:
        raise Refusal(f"`line_items` must have 1 to {MOST_LINES} items.", param="line_items")
    lines, currencies = [], set()
    for place, item in enumerate(items):
        at = f"line_items[{place}]"
        if "price_data" not in item:
            raise Refusal("This peer has no prices; pass `price_data`.", param=f"{at}[price]")
        price = item["price_data"]
        currency = require_currency(price["currency"], f"{at}[price_data][currency]")
        if "unit_amount" not in price:
            raise Refusal("Missing required param.", code="parameter_missing", param=f"{at}[price_data][unit_amount]")
        if "product_data" not in price:
            raise Refusal("Missing required param.", code="parameter_missing", param=f"{at}[price_data][product_data]")
        unit = require_amount(price["unit_amount"], currency, f"{at}[price_data][unit_amount]")
        product = price["product_data"]
        if len(product["name"]) > LONGEST_NAME:
            raise Refusal("Invalid string: too long", param=f"{at}[price_data][product_data][name]")
        if len(product.get("images", [])) > 8:
            raise Refusal("At most 8 images.", param=f"{at}[price_data][product_data][images]")
        for number, image in enumerate(product.get("images", [])):
            _require_url(image, f"{at}[price_data][product_data][images][{number}]")
        if item.get("quantity", 0) < 1:
            raise Refusal("Quantity is required, and at least 1.", param=f"{at}[quantity]")
        currencies.add(currency)
        lines.append({"name": product["name"], "unit": unit, "quantity": item["quantity"],
                      "description": product.get("description"), "images": product.get("images", []),
                      "tax_behavior": price.get("tax_behavior", "exclusive")})  # fmt: skip
    if len(currencies) > 1:
        raise Refusal("All prices on a Checkout Session must use the same currency.", param="line_items")
    return lines, currencies.pop()


def _rates(asked: dict[str, Any], currency: str) -> list[Resource]:
    options = asked.get("shipping_options", [])
    if len(options) > MOST_RATES:
        raise Refusal(f"At most {MOST_RATES} shipping options.", param="shipping_options")
    rates = []
    for place, option in enumerate(options):
        at = f"shipping_options[{place}][shipping_rate_data]"
        if "shipping_rate_data" not in option:
            raise Refusal("This peer has no shipping rates; pass `shipping_rate_data`.", param=at)
        data = option["shipping_rate_data"]
        amount = data.get("fixed_amount")
        if amount is None:
            raise Refusal("Missing required param.", code="parameter_missing", param=f"{at}[fixed_amount]")
        if require_currency(amount["currency"], f"{at}[fixed_amount][currency]") != currency:
            raise Refusal(
                "Shipping rates must be in the currency of the session.", param=f"{at}[fixed_amount][currency]"
            )
        require_amount(amount["amount"], currency, f"{at}[fixed_amount][amount]")
        if len(data["display_name"]) > 100:
            raise Refusal("Invalid string: too long", param=f"{at}[display_name]")
        rates.append({"id": new_id("shr"), "tax_behavior": data.get("tax_behavior", "unspecified"),
                      "display_name": data["display_name"], "fixed_amount": amount})  # fmt: skip
    return rates


def _coupon(account: Account, asked: dict[str, Any], currency: str) -> Resource | None:
    discounts = asked.get("discounts", [])
    if not discounts:
        return None
    if len(discounts) > 1:
        raise Refusal("Only one discount may be applied.", param="discounts")
    coupon = account.coupon(discounts[0].get("coupon", ""), "discounts[0][coupon]")
    if coupon["currency"] not in (None, currency):
        raise Refusal("The coupon is in another currency.", param="discounts[0][coupon]")
    if coupon["max_redemptions"] is not None and coupon["times_redeemed"] >= coupon["max_redemptions"]:
        raise Refusal("This coupon has been used up.", code="coupon_expired", param="discounts[0][coupon]")
    return coupon


def _require_metadata(metadata: dict[str, str], at: str) -> None:
    if len(metadata) > 50 or any(len(key) > 40 or len(value) > 500 for key, value in metadata.items()):
        raise Refusal("Metadata has at most 50 keys of 40 characters, with values of 500.", param=at)
