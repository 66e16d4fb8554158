"""`python -m tests.peers.stripe --port 12111`: a Stripe to try payments with, until it is interrupted."""

import argparse
import contextlib
import sys
import threading

from tests.peers.stripe.peer import StripePeer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.peers.stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=12111, help="port on this machine (%(default)s)")
    parser.add_argument("--webhook-url", default="", help="where to tell what happens: payments' `webhook_url`")
    asked = parser.parse_args()
    with StripePeer(asked.port).running() as peer:
        seller = peer.account()
        lines = [
            f"STORECAST_STRIPE_API_URL={peer.url}",
            f"STORECAST_STRIPE_JS_URL={peer.js_url}",
            f"publishable_key {seller.publishable_key}",
            f"secret_key {seller.secret_key}",
        ]
        if asked.webhook_url:
            lines.append(f"webhook_secret {seller.endpoint(asked.webhook_url).secret}")
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


main()
