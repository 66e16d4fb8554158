"""Table of errors of clients."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base


class ClientError(Base):
    """One error, however often it came. Nothing of it says whose browser it was in."""

    __tablename__ = "client_errors"
    __table_args__ = (Index("ix_client_errors_last_at", "last_at"),)

    fingerprint: Mapped[str] = mapped_column(Text, primary_key=True)  # of what makes it the same error
    message: Mapped[str] = mapped_column(Text)
    stack: Mapped[str] = mapped_column(Text)
    # As it came last.
    url: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text)
    browser: Mapped[str] = mapped_column(Text)
    times: Mapped[int] = mapped_column(BigInteger)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
