"""Money that goes back: refunds, and what buyers dispute at their bank."""

from stripe.params import RefundCreateParams

from tests.peers.stripe.account import Account, Resource, new_id
from tests.peers.stripe.currencies import require_amount, shown
from tests.peers.stripe.documented import read
from tests.peers.stripe.errors import Refusal
from tests.peers.stripe.form import Value


def create(account: Account, form: dict[str, Value], *, pending: bool = False) -> Resource:
    asked = read(form, RefundCreateParams)
    charge = _charge(account, asked.get("payment_intent"), asked.get("charge"))
    left = charge["amount"] - charge["amount_refunded"]
    currency = charge["currency"]
    if left == 0:
        raise Refusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = asked.get("amount", left)
    if require_amount(amount, currency, "amount") < 1:
        raise Refusal(
            "This value must be greater than or equal to 1.", code="parameter_invalid_integer", param="amount"
        )
    if amount > left:
        raise Refusal(f"Refund amount ({shown(amount, currency)}) is greater than unrefunded amount on charge "
                      f"({shown(left, currency)})", param="amount")  # fmt: skip
    if charge["disputed"]:
        raise Refusal(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    return _refund(account, charge, amount, asked, "pending" if pending else "succeeded")


def succeed(account: Account, refund: Resource) -> None:
    refund["status"] = "succeeded"
    account.happened("refund.updated", refund, status="pending")


def fail(account: Account, refund: Resource) -> None:
    """The bank sends it back: the money is the seller's again."""
    former, refund["status"] = refund["status"], "failed"
    refund["failure_reason"] = "lost_or_stolen_card"
    charge = account.charge(refund["charge"])
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    account.happened("refund.updated", refund, status=former)
    account.happened("refund.failed", refund, status=former)


def dispute(account: Account, intent: Resource, reason: str) -> Resource:
    """The buyer's bank takes the whole back until it is decided."""
    charge = account.charge(intent["latest_charge"])
    made: Resource = {
        "id": new_id("du"),
        "object": "dispute",
        "amount": charge["amount"],
        "charge": charge["id"],
        "created": account.clock.now(),
        "currency": charge["currency"],
        "livemode": False,
        "metadata": {},
        "payment_intent": intent["id"],
        "reason": reason,
        "status": "needs_response",
    }
    charge["disputed"] = True
    account.disputes[made["id"]] = made
    account.happened("charge.dispute.created", made)
    return made


def close_dispute(account: Account, made: Resource, *, won: bool) -> None:
    """`won` by the seller."""
    made["status"] = "won" if won else "lost"
    account.happened("charge.dispute.closed", made)


def _refund(account: Account, charge: Resource, amount: int, asked: dict[str, Value], status: str) -> Resource:
    refund: Resource = {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": account.clock.now(),
        "currency": charge["currency"],
        "metadata": asked.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": asked.get("reason"),
        "status": status,
    }
    account.refunds[refund["id"]] = refund
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    account.happened("refund.created", refund)
    account.happened("charge.refunded", charge)
    return refund


def _charge(account: Account, intent_id: str | None, charge_id: str | None) -> Resource:
    if charge_id is not None:
        return account.charge(charge_id, "charge")
    if intent_id is None:
        raise Refusal("One of the following params should be provided for this request: payment_intent or charge.")
    intent = account.intent(intent_id, "payment_intent")
    if intent["latest_charge"] is None:
        raise Refusal("This PaymentIntent does not have a successful charge to refund.",
                      code="payment_intent_unexpected_state", param="payment_intent")  # fmt: skip
    return account.charge(intent["latest_charge"])
