"""The table of targets."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base
from storecast.kit.ids import PUBLIC_ID_LENGTH, public_id


class SimulcastTarget(Base):
    """Where a channel's shows are passed on to, and how that goes while one is on."""

    __tablename__ = "simulcast_targets"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hash_id: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=public_id)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    key_sealed: Mapped[str] = mapped_column(Text)
    key_shown: Mapped[str] = mapped_column(Text)  # its end, to tell it from others
    enabled: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str | None] = mapped_column(Text)  # a `RelayState`, as the node last said; None without a show
    code: Mapped[str] = mapped_column(Text, default="", server_default="")
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    since: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
