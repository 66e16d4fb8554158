"""Messages as a table for spreadsheets."""

from storecast.domains.chat.schemas import MessageView
from storecast.kit.spreadsheets import UTF_8, line

COLUMNS = (
    "created_at", "name", "role", "message", "reply_to", "reactions", "edited_at", "state", "guest", "author_id",
    "reply_for", "locale", "id",
)  # fmt: skip


def header() -> str:
    return UTF_8 + line(COLUMNS)


def row(message: MessageView) -> str:
    author, reply = message.author.data, message.reply_to
    reactions = " ".join(f"{each.emoji} {each.count}" for each in message.reactions)
    said = (message.created_at, author.name, author.role, message.data, reply.data if reply else None, reactions)
    about = (message.edited_at, message.state, "yes" if author.guest else "no", author.id, message.reply_for)
    return line((*said, *about, message.locale, message.id))
