"""Who an account's owner is elsewhere."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storecast.adapters.identity.provider import LONGEST_SUBJECT
from storecast.kit.database import Base
from storecast.kit.emails import LONGEST_EMAIL


class Identity(Base):
    """An account's owner as one provider names them."""

    __tablename__ = "identities"

    provider: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(LONGEST_EMAIL))  # as the provider had it when it was linked
    created_at: Mapped[datetime]
