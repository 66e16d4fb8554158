"""Links in what subscribers are sent, each good for one thing: nobody but we makes one, and nothing is kept of them."""

import hashlib
import hmac
from enum import StrEnum

from storecast.kit.ids import PUBLIC_ID_LENGTH


class LinkTo(StrEnum):
    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"


class Links:
    def __init__(self, secret: bytes, web_url: str) -> None:
        self._secret = secret
        self._web_url = web_url

    def to(self, what: LinkTo, hash_id: str) -> str:
        """`hash_id` is a request's to confirm, a subscription's to unsubscribe."""
        return f"{self._web_url}/api/v1/subscriptions/{what}?token={hash_id}{self._proof(what, hash_id)}"

    def read(self, what: LinkTo, token: str) -> str | None:
        """The hash id in the token of a link that leads there; None where it is none of ours."""
        hash_id, proof = token[:PUBLIC_ID_LENGTH], token[PUBLIC_ID_LENGTH:]
        return hash_id if hmac.compare_digest(proof.encode(), self._proof(what, hash_id).encode()) else None

    def code(self, hash_id: str, number: int) -> str:
        """The six digits that confirm a request by SMS, others each time they are sent."""
        made = hmac.new(self._secret, f"code:{hash_id}:{number}".encode(), hashlib.sha256).digest()
        return f"{int.from_bytes(made) % 1_000_000:06}"

    def _proof(self, what: LinkTo, hash_id: str) -> str:
        """128 bits of HMAC-SHA256, in hex: short enough for an SMS."""
        return hmac.new(self._secret, f"{what}:{hash_id}".encode(), hashlib.sha256).hexdigest()[:32]
