"""Alembic's environment: one history for all domains."""

from alembic import context
from sqlalchemy import create_engine, pool, text

import storecast.domains.accounts.api_tokens.models
import storecast.domains.accounts.audit
import storecast.domains.accounts.models
import storecast.domains.audience.models
import storecast.domains.audience.subscribers.models
import storecast.domains.billing.minutes.models
import storecast.domains.channels.followers.models
import storecast.domains.channels.models
import storecast.domains.chat.models
import storecast.domains.media.models
import storecast.domains.moderation.models
import storecast.domains.oauth.models
import storecast.domains.orders.carts.models
import storecast.domains.orders.coupons.models
import storecast.domains.orders.models
import storecast.domains.orders.payments.models
import storecast.domains.orders.shops.models
import storecast.domains.orders.waitlist.models
import storecast.domains.platform.client_errors.models
import storecast.domains.privacy.models
import storecast.domains.products.models
import storecast.domains.products.stock.models
import storecast.domains.questions.models
import storecast.domains.questions.polls.models
import storecast.domains.sign_ins.passwords.models
import storecast.domains.sign_ins.second_factors.models
import storecast.domains.sign_ins.social.models
import storecast.domains.streams.models
import storecast.domains.streams.playouts.models
import storecast.domains.streams.simulcast.models
import storecast.domains.webhooks.models
import storecast.kit.event_log
import storecast.kit.http.idempotency  # noqa: F401 - each import above adds its tables
from storecast.kit.database import Base
from storecast.kit.partitions import PART

LOCK = 7_405_103  # any number of our own


def ours(name: str | None, kind: str, _: object) -> bool:
    """Leave the job queue's tables to the library that owns them, and days of a table to `kit/partitions.py`."""
    return not (kind == "table" and name is not None and (name.startswith("procrastinate_") or PART.search(name)))


engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool)
with engine.connect() as connection:
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
    connection.commit()
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True, include_name=ours)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
