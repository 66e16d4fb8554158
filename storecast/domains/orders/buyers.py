"""Who buys: somebody with an account, or a guest."""

from msgspec import Struct

from storecast.domains.accounts.callers import Caller, SignedIn
from storecast.domains.products.stock.values import Holder


class Buyer(Struct, frozen=True):
    subject: str
    network: str
    """Where from; what they hold counts for it only while they are a guest."""
    locale: str
    email: str | None = None
    """Of an account, where it is verified."""
    name: str | None = None

    @classmethod
    def of(cls, caller: Caller, network: str, locale: str) -> "Buyer":
        if isinstance(caller, SignedIn):
            user = caller.user
            email = user.email if user.verified_at is not None else None
            return cls(caller.subject, network, user.locale, email, user.nickname)
        return cls(caller.subject, network, locale)

    @property
    def is_guest(self) -> bool:
        return self.subject.startswith("guest:")

    def holding(self, holder_id: str) -> Holder:
        """As whoever holds stock by this id."""
        return Holder(holder_id, self.subject, self.network if self.is_guest else "")
