"""Table of the links mailed to choose a password."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base


class PasswordLink(Base):
    """Single use. Whoever has it reads the mail of `email`; only the SHA-256 of its token is kept."""

    __tablename__ = "password_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    # None: to finish a sign-up.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # by this link, or another way to choose the password of the same address
