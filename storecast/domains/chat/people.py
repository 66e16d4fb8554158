"""Questions asked of one person's data in chats."""

from sqlalchemy import delete, select, update

from storecast.contracts.hooks import ERASED
from storecast.domains.chat.mentions import folded
from storecast.domains.chat.models import Message, Participant, Pin, Reaction, Report
from storecast.domains.chat.repository import ChatRepository
from storecast.kit.database import Database

_SAID = "SELECT id FROM messages WHERE author = $1"
# The events stay, without their content, so that no reader of the log meets a gap.
_ERASE_EVENTS = """
    UPDATE room_events SET event = $2, data = 'null'
    FROM messages JOIN channels ON channels.id = messages.thread_id
    WHERE messages.id = ANY($1) AND room_events.room_id = channels.hash_id
        AND room_events.seq = ANY(messages.seq || coalesce(messages.told, '{}'))
"""
# The words of others stay, in which nobody is a link to them any more.
_UNNAME = """
    UPDATE messages SET mentions = (
        SELECT jsonb_agg(named) FROM jsonb_array_elements(mentions) AS named WHERE named->>'id' <> $1
    ) WHERE mentions @> jsonb_build_array(jsonb_build_object('id', $1::text))
"""


class PersonRepository:
    """Of who is named by a subject."""

    def __init__(self, db: Database, subject: str) -> None:
        self._db = db
        self._subject = subject

    async def messages(self) -> list[Message]:
        query = select(Message).where(Message.author == self._subject).order_by(Message.id)
        return list((await self._db.execute(query)).scalars())

    async def threads(self) -> list[Participant]:
        query = select(Participant).where(Participant.subject == self._subject)
        return list((await self._db.execute(query)).scalars())

    async def reactions(self) -> list[Reaction]:
        return list((await self._db.execute(select(Reaction).where(Reaction.subject == self._subject))).scalars())

    async def reports(self) -> list[Report]:
        return list((await self._db.execute(select(Report).where(Report.subject == self._subject))).scalars())

    async def rename(self, name: str) -> None:
        """What they are mentioned by."""
        renamed = update(Participant).where(Participant.subject == self._subject)
        await self._db.execute(renamed.values(name=name, called=folded(name)))

    async def erase(self) -> None:
        """Delete what they wrote, from the rooms' logs too, what they thought of others' messages, and their part."""
        ids = [row["id"] for row in await self._db.rows(_SAID, self._subject)]
        await ChatRepository(self._db).unquote(ids)
        await self._db.within(_ERASE_EVENTS, ids, ERASED)
        await self._db.within(_UNNAME, self._subject.partition(":")[2])
        for model, column in (
            (Message, Message.author),
            (Reaction, Reaction.subject),
            (Report, Report.subject),
            (Participant, Participant.subject),
        ):
            gone = delete(model).where(column == self._subject)
            await self._db.execute(gone.execution_options(synchronize_session=False))
        taken_away = update(Message).where(Message.removed_by == self._subject).values(removed_by=ERASED)
        pinned = update(Pin).where(Pin.pinned_by == self._subject).values(pinned_by=ERASED)
        for nobodys in (taken_away, pinned):
            await self._db.execute(nobodys.execution_options(synchronize_session=False))


async def replace_avatar(db: Database, former: str, key: str | None) -> None:
    await db.execute(update(Message).where(Message.author_avatar == former).values(author_avatar=key))
