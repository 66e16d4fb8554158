"""Questions asked of the carts."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from storecast.domains.orders.carts.models import Cart, CartItem
from storecast.domains.orders.carts.schemas import MOST_PIECES, CartAddition
from storecast.domains.products.articles import Article
from storecast.kit import emails
from storecast.kit.database import Database, columns
from storecast.kit.ids import public_id

# In one statement, as many ask for it at once. How long an older cart is held is told once its lines are known.
# A checkout that it waited for it does not see, as it began before: `items_to_change` does.
_ADD = """
    WITH cart AS (
        INSERT INTO carts
            (hash_id, channel_id, subject, currency, view_hash, referrer, created_at, touched_at, held_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)
        ON CONFLICT (channel_id, subject) WHERE closed_at IS NULL DO UPDATE SET
            touched_at = excluded.touched_at, view_hash = coalesce(excluded.view_hash, carts.view_hash),
            referrer = coalesce(carts.referrer, excluded.referrer)
        WHERE NOT EXISTS (SELECT FROM orders WHERE cart_id = carts.id AND status = 'pending')
        RETURNING *
    ), item AS (
        INSERT INTO cart_items (cart_id, product_id, variant_id, quantity, price)
        SELECT id, $9, $10, $11, $12 FROM cart
        ON CONFLICT (cart_id, product_id, coalesce(variant_id, 0)) DO UPDATE SET
            quantity = cart_items.quantity + excluded.quantity
        RETURNING id AS item_id, quantity, price, deal_id
    )
    SELECT * FROM cart, item
"""
_PUT = """
    INSERT INTO cart_items (cart_id, product_id, variant_id, quantity, price) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (cart_id, product_id, coalesce(variant_id, 0)) DO UPDATE SET quantity = least(
        cart_items.quantity::bigint + excluded.quantity, $6)::int
    RETURNING id, product_id, variant_id, quantity, price, deal_id
"""
_COLUMNS = "cart_items.id, product_id, variant_id, cart_items.quantity, cart_items.price, deal_id, name"
_OF_CART = "FROM cart_items JOIN products ON products.id = product_id WHERE cart_id = $1 ORDER BY cart_items.id"
_ITEMS = f"SELECT {_COLUMNS} {_OF_CART}"
_TO_CHANGE = f"""
    SELECT {_COLUMNS}, EXISTS (SELECT FROM orders WHERE cart_id = $1 AND status = 'pending') AS paid {_OF_CART}
"""  # noqa: S608
_TAKE_BACK = """
    WITH less AS (UPDATE cart_items SET quantity = quantity - $2 WHERE id = $1 AND quantity > $2)
    DELETE FROM cart_items WHERE id = $1 AND quantity = $2
"""
_TELL = """
    WITH held AS (UPDATE carts SET held_until = $2 WHERE id = $1)
    UPDATE cart_items SET price = told.price, deal_id = nullif(told.deal_id, 0)
    FROM unnest($3::bigint[], $4::bigint[], $5::bigint[]) AS told (id, price, deal_id)
    WHERE cart_items.id = told.id
"""
_BOUGHT = """
    SELECT product_id, sum(quantity - refunded_quantity)::int FROM order_items JOIN orders ON orders.id = order_id
    WHERE product_id = ANY($1) AND status IN ('pending', 'placed', 'paid', 'fulfilled', 'partly_refunded')
        AND (buyer = $2 OR regexp_replace(email, $5, '\\1@') = $3) AND seller_id = $4
    GROUP BY product_id
"""


class Item(Struct, frozen=True):
    id: int
    product_id: int
    variant_id: int | None
    quantity: int
    price: int
    deal_id: int | None
    name: str = ""
    """Of a line that was there before: its product's, which may be for sale no more."""


class CartRepository:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def add(
        self,
        channel_id: int,
        subject: str,
        article: Article,
        asked: CartAddition,
        now: datetime,
        *,
        until: datetime | None,
    ) -> tuple[Cart, Item, bool] | None:
        """The open cart of this person, locked, its line that has more of the article now, and whether the cart is new.

        One that is made now is held until then. None where the cart is being paid, which may yet come out.
        """
        hash_id, price = public_id(), article.price
        cart = (hash_id, channel_id, subject, price.currency, asked.view, asked.referrer, now, until)
        rows = await self._db.within(_ADD, *cart, *article.key, asked.quantity, price.minor)
        if not rows:
            return None
        row = rows[0]
        item = Item(row["item_id"], *article.key, row["quantity"], row["price"], row["deal_id"])
        return self._cart(row), item, row["hash_id"] == hash_id

    async def of(self, channel_id: int, subject: str) -> Cart | None:
        """The open cart of this person, as it stands."""
        rows = await self._db.rows(
            f"SELECT {columns(Cart)} FROM carts WHERE channel_id = $1 AND subject = $2 AND closed_at IS NULL",  # noqa: S608
            channel_id,
            subject,
        )
        return self._cart(rows[0]) if rows else None

    async def find(self, channel_id: int, hash_id: str, subject: str) -> Cart | None:
        """Whoever's cart it is finds it, closed ones too."""
        rows = await self._db.rows(
            f"SELECT {columns(Cart)} FROM carts WHERE channel_id = $1 AND hash_id = $2 AND subject = $3",  # noqa: S608
            channel_id,
            hash_id,
            subject,
        )
        return self._cart(rows[0]) if rows else None

    async def lock(self, cart: Cart) -> Cart:
        """As it is now; one that was erased meanwhile is closed."""
        rows = await self._db.within("SELECT * FROM carts WHERE id = $1 FOR NO KEY UPDATE", cart.id)
        for name, value in rows[0].items() if rows else [("closed_at", cart.touched_at)]:
            set_committed_value(cart, name, value)
        return cart

    async def by_id(self, cart_id: int) -> Cart | None:
        return await self._db.get(Cart, cart_id)

    async def items(self, cart_id: int) -> list[Item]:
        return [Item(*row) for row in await self._db.rows(_ITEMS, cart_id)]

    async def items_to_change(self, cart_id: int) -> list[Item] | None:
        """Of a cart that is locked. None where it is being paid."""
        rows = await self._db.rows(_TO_CHANGE, cart_id)
        return None if rows and rows[0]["paid"] else [Item(*row[:7]) for row in rows]

    async def put(self, cart: Cart, product_id: int, variant_id: int | None, quantity: int, price: int) -> Item:
        """A line of its own, or more on the one that has the article."""
        return Item(*(await self._db.within(_PUT, cart.id, product_id, variant_id, quantity, price, MOST_PIECES))[0])

    async def take_back(self, item: Item, quantity: int) -> None:
        """So many pieces that were only just added."""
        await self._db.within(_TAKE_BACK, item.id, quantity)

    async def set_quantity(self, item_id: int, quantity: int) -> None:
        await self._db.within("UPDATE cart_items SET quantity = $2 WHERE id = $1", item_id, quantity)

    async def remove(self, item_id: int) -> None:
        await self._db.within("DELETE FROM cart_items WHERE id = $1", item_id)

    async def tell(self, cart: Cart, until: datetime | None, told: dict[int, tuple[int, int | None]]) -> None:
        """How long it is held, what one of each changed line costs now, in minor units, and by which deal."""
        values = ([price for price, _ in told.values()], [deal or 0 for _, deal in told.values()])
        await self._db.within(_TELL, cart.id, until, list(told), *values)
        set_committed_value(cart, "held_until", until)

    async def set_currency(self, cart: Cart, currency: str) -> None:
        await self._db.within("UPDATE carts SET currency = $2 WHERE id = $1", cart.id, currency)
        set_committed_value(cart, "currency", currency)

    async def close(self, cart: Cart, now: datetime) -> None:
        await self._db.within("UPDATE carts SET closed_at = $2, held_until = NULL WHERE id = $1", cart.id, now)

    async def hand_to(self, cart: Cart, subject: str) -> None:
        await self._db.within("UPDATE carts SET subject = $2 WHERE id = $1", cart.id, subject)
        set_committed_value(cart, "subject", subject)

    async def bought(
        self, seller_id: int, product_ids: list[int], subject: str, email: str | None = None
    ) -> dict[int, int]:
        """Pieces of each product that this person has ordered, and not given back."""
        mailbox = None if email is None else emails.mailbox(email)
        rows = await self._db.rows(_BOUGHT, product_ids, subject, mailbox, seller_id, emails.TAGGED)
        return {row[0]: row[1] for row in rows}

    async def forget(self, before: datetime) -> None:
        """Carts nobody touched since then, those that became an order, too: the order says what was bought."""
        await self._db.within("DELETE FROM carts WHERE touched_at < $1", before)

    async def of_subject(self, subject: str) -> list[Cart]:
        return list((await self._db.execute(select(Cart).where(Cart.subject == subject).order_by(Cart.id))).scalars())

    async def items_of_subject(self, subject: str) -> list[CartItem]:
        query = select(CartItem).join(Cart, Cart.id == CartItem.cart_id).where(Cart.subject == subject)
        return list((await self._db.execute(query.order_by(CartItem.id))).scalars())

    async def erase(self, subject: str) -> None:
        await self._db.within("DELETE FROM carts WHERE subject = $1", subject)

    def _cart(self, row: object) -> Cart:
        return self._db.known(Cart, row)  # type: ignore[arg-type]
