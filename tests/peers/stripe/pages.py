"""What buyers see of the peer: a page to pay on, and the script that puts it into somebody else's."""

import html
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from tests.peers.stripe.account import Resource
from tests.peers.stripe.currencies import shown
from tests.peers.stripe.errors import Refusal

if TYPE_CHECKING:
    from tests.peers.stripe.peer import StripePeer

STATIC = Path(__file__).parent / "static"
REFERENCE = "{CHECKOUT_SESSION_ID}"
FEW_COUNTRIES = ("RO", "DE", "FR", "GB", "US")


def script(url: str, *, versioned: bool) -> str:
    """Stripe.js as far as Checkout goes. What /v3/ has renamed, later versions call by another name."""
    own, renamed = ("createEmbeddedCheckoutPage", "initEmbeddedCheckout")
    names = (own, renamed) if versioned else (renamed, "")
    return Template((STATIC / "stripe.js").read_text()).substitute(url=url, method=names[0], renamed=names[1])


def form_script() -> str:
    return (STATIC / "page.js").read_text()


def hosted(peer: "StripePeer", session_id: str) -> str:
    with peer.lock:
        peer.settle()
        _, session = peer.session(session_id)
        return _page(session)


def embedded(peer: "StripePeer", client_secret: str, key: str) -> str:
    """Raises `Refusal` where the key is another account's."""
    with peer.lock:
        peer.settle()
        account, session = peer.session(client_secret.partition("_secret_")[0])
        if key != account.publishable_key:
            raise Refusal(f"No such checkout.session: {session['id']}", status=404)
        if session["status"] == "open" and client_secret != session["client_secret"]:
            raise Refusal("The client_secret is not the session's.", status=404)
        return _page(session)


def way_back(session: Resource) -> str | None:
    """Where the buyer is sent once it is paid; nowhere where the page around hears of it."""
    if session["ui_mode"] != "hosted_page" and session["redirect_on_completion"] != "always":
        return None
    address: str = session["success_url"] or session["return_url"]
    return address.replace(REFERENCE, session["id"])


def _page(session: Resource) -> str:
    currency = session["currency"]
    if session["status"] != "open":
        return f"<!doctype html><title>Checkout</title><p role=alert>This checkout is {session['status']}.</p>"
    items = "".join(
        f"<li>{html.escape(line['name'])} × {line['quantity']}: {shown(line['unit'] * line['quantity'], currency)}</li>"
        for line in session["_lines"]
    )
    rates = "".join(
        f"<label><input type=radio name=rate value={place} {'checked' if place == 0 else ''}> "
        f"{html.escape(rate['display_name'])}: {shown(rate['fixed_amount']['amount'], currency)}</label>"
        for place, rate in enumerate(session["_rates"])
    )
    allowed = session["shipping_address_collection"]
    countries = "".join(
        f"<option>{country}</option>" for country in (allowed["allowed_countries"] if allowed else FEW_COUNTRIES)
    )
    cancel = session["cancel_url"]
    return Template((STATIC / "page.html").read_text()).substitute(
        session=session["id"],
        items=items,
        rates=rates,
        countries=countries,
        email=html.escape(session["customer_email"] or ""),
        fixed="readonly" if session["customer_email"] else "",
        total=f"{shown(session['amount_total'], currency)} {currency.upper()}",
        cancel=f'<a id=cancel href="{html.escape(cancel)}">Cancel</a>' if cancel else "",
    )
