"""What shops have reported."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base


class ShopHeard(Base):
    """An event of a shop's that was heard, so that it is heard once."""

    __tablename__ = "shop_events"

    seller_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )  # whose shop it is: shops number their events each for itself
    provider: Mapped[str] = mapped_column(String(20), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    heard_at: Mapped[datetime] = mapped_column(index=True)
