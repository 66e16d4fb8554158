"""What is always so, whatever buyers, sellers, banks and Stripe have done."""

from typing import LiteralString

import psycopg

from tests.peers.stripe.account import Account

RULES: dict[str, LiteralString] = {
    "what is sold follows from the ledger": """
        SELECT id FROM stocks WHERE sold <> (SELECT coalesce(sum(CASE kind WHEN 'sold' THEN quantity
        WHEN 'returned' THEN -quantity ELSE 0 END), 0) FROM stock_movements WHERE stock_id = stocks.id)""",
    "how many there are follows from the ledger": """
        SELECT id FROM stocks WHERE NOT unlimited AND total <> (SELECT coalesce(sum(quantity), 0) FROM stock_movements
        WHERE stock_id = stocks.id AND kind = 'counted')""",
    "nothing is sold that was not there": "SELECT id FROM stocks WHERE sold < 0 OR (sold > total AND NOT unlimited)",
    "what is sold is in the orders, but for what came back": """
        SELECT stocks.id FROM stocks WHERE sold
        <> (SELECT coalesce(sum(quantity), 0) FROM order_items JOIN orders ON orders.id = order_id
            WHERE stock_id = stocks.id AND (paid_at IS NOT NULL OR provider = 'request'))
        - (SELECT coalesce(sum(quantity), 0) FROM stock_movements WHERE stock_id = stocks.id AND kind = 'returned')""",
    "who is paying holds what they pay, and nobody else does": """
        SELECT orders.id FROM orders JOIN order_items ON order_id = orders.id WHERE stock_id IS NOT NULL
        GROUP BY orders.id, stock_id HAVING (CASE WHEN provider = 'native' AND status IN ('pending', 'placed')
        THEN sum(quantity) ELSE 0 END) <> (SELECT coalesce(sum(quantity), 0) FROM reservations
        WHERE holder = orders.hash_id AND reservations.stock_id = order_items.stock_id)""",
    "a coupon's uses are its orders'": """
        SELECT id FROM coupons WHERE used <> (SELECT count(*) FROM coupon_uses WHERE coupon_id = coupons.id)
        OR used > coalesce(uses, used)""",
    "an order that came to something has used its coupon, and no other has": """
        SELECT id FROM orders WHERE (coupon IS NOT NULL AND status <> 'cancelled' AND NOT EXISTS (
            SELECT FROM order_steps WHERE order_id = orders.id AND what = 'out_of_stock'))
        <> EXISTS (SELECT FROM coupon_uses WHERE order_id = orders.id)
        AND NOT (paid_at IS NOT NULL AND EXISTS (  -- somebody else may have had it meanwhile
            SELECT FROM order_steps WHERE order_id = orders.id AND what = 'cancelled'))""",
    "sums of an order agree": """
        SELECT id FROM orders WHERE total <> subtotal - discount + shipping OR total < 0 OR discount < 0
        OR subtotal <> (SELECT sum(price * quantity) FROM order_items WHERE order_id = orders.id)""",
    "no more goes back than was paid": """
        SELECT id FROM orders WHERE refunded < 0 OR total < (SELECT coalesce(sum(amount), 0) FROM order_refunds
        WHERE order_id = orders.id AND state <> 'failed')""",
    "what went back is what was given back": """
        SELECT id FROM orders WHERE refunded <> (SELECT coalesce(sum(amount), 0) FROM order_refunds
        WHERE order_id = orders.id AND state = 'done')""",
    "an order is refunded as far as its money went back": """
        SELECT id FROM orders WHERE (status = 'refunded' AND refunded < total)
        OR (status = 'partly_refunded' AND refunded NOT BETWEEN 1 AND total - 1)
        OR (status = 'paid' AND refunded > 0)""",
    "no piece is given back twice": "SELECT id FROM order_items WHERE refunded_quantity NOT BETWEEN 0 AND quantity",
    "numbers have no gap": """
        SELECT seller_id FROM orders WHERE number IS NOT NULL GROUP BY seller_id
        HAVING max(number) <> count(number) OR count(DISTINCT number) <> count(number)""",
    "what was placed has a number, and nothing else has": """
        SELECT id FROM orders WHERE (number IS NULL) <> (placed_at IS NULL)""",
    "a deal is sold no more often than it was offered": """
        SELECT id FROM deals WHERE quantity IS NOT NULL AND quantity < (SELECT coalesce(sum(CASE kind WHEN 'sold'
        THEN deal_quantity ELSE -deal_quantity END), 0) FROM stock_movements WHERE deal_id = deals.id)
        + (SELECT coalesce(sum(deal_quantity), 0) FROM reservations WHERE deal_id = deals.id
        AND reserved_until IS NULL)""",
}


def broken(connection: psycopg.Connection) -> dict[str, list[object]]:
    """The rules that do not hold, and of what."""
    found = {rule: connection.execute(query).fetchall() for rule, query in RULES.items()}
    return {rule: list(rows) for rule, rows in found.items() if rows}


def differing_from(account: Account, connection: psycopg.Connection) -> list[str]:
    """What Stripe's books have otherwise, once all was told, of a currency that both count in the same unit."""
    said: list[str] = []
    rows = connection.execute(
        """SELECT hash_id, status, reference, asked IS NOT NULL, payment, total, refunded, paid_at IS NOT NULL
        FROM orders WHERE provider = 'native'"""
    ).fetchall()
    known = {row[0]: row for row in rows}
    for session in account.sessions.values():
        order, status, reference, is_asked, payment, total, refunded, is_paid = known[session["client_reference_id"]]
        if session["id"] != reference:
            # Its answer was lost: whoever asks again gets it, and whoever gives it up has it expired.
            if session["status"] != "expired" and not (status == "pending" and is_asked):
                said.append(f"order {order} is {status}, and does not know its session, {session['status']}")
            continue
        expected = {"open": ["pending"], "expired": ["cancelled"]}.get(session["status"])
        if session["status"] == "complete" and session["payment_status"] == "unpaid":
            intent = account.intents[session["payment_intent"]]
            expected = ["placed"] if intent["status"] == "processing" else ["cancelled"]
        if expected is not None and (status not in expected or is_paid):
            said.append(f"order {order} is {status}, its session {session['status']}")
        if session["payment_status"] == "unpaid":
            continue
        if (session["amount_total"], True) != (total, is_paid):
            said.append(f"order {order} of {total} is {status}, at Stripe {session['amount_total']} were paid")
        if session["payment_intent"] is None:
            continue
        charge = account.charges[account.intents[session["payment_intent"]]["latest_charge"]]
        if (charge["payment_intent"], charge["amount_refunded"]) != (payment, refunded):
            said.append(f"of order {order} {refunded} went back, at Stripe {charge['amount_refunded']}")
    return said
