"""Messages as they are shown."""

from collections.abc import Sequence
from typing import TypeVar, cast

import regex
from msgspec import Struct, structs

from storecast.domains.chat.models import Message, MessageState
from storecast.domains.chat.schemas import (
    LONGEST_QUOTE,
    AuthorView,
    MentionView,
    MessageView,
    ReactionView,
    ReplyView,
    Role,
    State,
)
from storecast.domains.moderation.values import Verdict
from storecast.kit.clock import iso
from storecast.kit.envelope import Data
from storecast.kit.urls import Urls

NAMELESS = "Guest"
OUTSIDE = "outside"  # what the subject begins with of who spoke in a chat that was brought here
ROLES: Sequence[Role] = ("owner", "admin", "editor", "moderator")  # that are shown beside a name, the first wins
STATES = {
    Verdict.SHOWN: MessageState.SHOWN,
    Verdict.HELD: MessageState.HELD,
    Verdict.HIDDEN: MessageState.HIDDEN,
}

_SIGNS = regex.compile(r"\X")  # what people take for one sign, however many characters

Shown = TypeVar("Shown", bound=MessageView)


class SaidMessage(Struct, frozen=True):
    """A message with what is shown of others beside it."""

    message: Message
    reply: ReplyView | None = None
    reactions: Sequence[ReactionView] = ()

    @property
    def is_shown(self) -> bool:
        return self.message.state == MessageState.SHOWN

    def as_heard(self) -> "SaidMessage":
        """As many are told of it: no reaction is its hearer's own."""
        return structs.replace(self, reactions=[structs.replace(each, mine=False) for each in self.reactions])


def show(view: type[Shown], said: SaidMessage, urls: Urls, *, state: State | None = None) -> Shown:
    """`state`, where another than its own is to be seen."""
    message = said.message
    kind, author_id = author_of(message.author)
    author = AuthorView(
        id=author_id,
        name=message.author_name,
        avatar=urls.file(message.author_avatar) if message.author_avatar else None,
        guest=kind != "user",
        role=cast("Role", message.author_role) if message.author_role in ROLES else "viewer",
    )
    return view(
        id=message.hash_id,
        thread_id=message.thread_id,
        data=message.data,
        locale=message.locale,
        reply_for=message.reply_for,
        reply_to=said.reply,
        mentions=[MentionView(each["id"], each["name"]) for each in message.mentions or ()],
        reactions=list(said.reactions),
        state=state or cast("State", message.state),
        author=Data(author),
        created_at=iso(message.created_at),
        edited_at=iso(message.edited_at) if message.edited_at else None,
        seq=message.seq,
    )


def show_to_author(said: SaidMessage, urls: Urls) -> MessageView:
    """Who is hidden believes to be seen."""
    hidden = said.message.state == MessageState.HIDDEN
    return show(MessageView, said, urls, state="shown" if hidden else None)


def author_of(subject: str) -> tuple[str, str]:
    """The kind of a subject, and its id as an author's. Who is from outside is told from those who are here."""
    kind, _, author_id = subject.partition(":")
    return kind, subject if kind == OUTSIDE else author_id


def quote_of(message: Message | None) -> ReplyView | None:
    """What stands above an answer to it, while it is shown."""
    if message is None or message.state != MessageState.SHOWN:
        return None
    return ReplyView(message.hash_id, message.author_name, quoted(message.data))


def quoted(message: str) -> str:
    """How a message begins, on one line, no sign of it cut in two."""
    text = " ".join(message.split())
    if len(text) <= LONGEST_QUOTE:
        return text
    kept = ""
    for sign in _SIGNS.findall(text[: 2 * LONGEST_QUOTE]):
        if len(kept) + len(sign) >= LONGEST_QUOTE:
            break
        kept += sign
    return kept.rstrip() + "…"
