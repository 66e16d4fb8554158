"""What is remembered of plans: who was warned."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storecast.kit.database import Base


class MinuteWarning(Base):
    """For which month an account was last told that its minutes run out."""

    __tablename__ = "minute_warnings"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[datetime]  # its beginning
