"""Chat over HTTP. Speaking and listening are two doors: messages are posted here and heard on the realtime socket."""

from litestar import Controller, delete, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.channels.access import Act
from storecast.domains.chat.schemas import (
    MessageCreate,
    MessageDeletion,
    MessageEdit,
    MessageView,
    NamedMessage,
    ParticipantJoin,
    ParticipantView,
    ThreadRead,
    ThreadView,
)
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit

MODERATING = {"may": Act.MODERATE}


class ChatController(Controller):
    tags = ("Chat",)
    opt = {"scope": Scope.CHAT}  # noqa: RUF012

    @post("/messages", operation_id="postMessage", status_code=200)
    async def post_message(self, data: JSONBody[MessageCreate], unit: NamedDependency[Unit]) -> Data[MessageView]:
        """Say something in a thread, signed in."""
        return Data(await unit.chat.post(data, unit.user, unit.address, unit.urls, unit.now))

    @post("/messages/guest", operation_id="postGuestMessage", status_code=200, opt={"who": Who.GUEST})
    async def post_guest_message(self, data: JSONBody[MessageCreate], unit: NamedDependency[Unit]) -> Data[MessageView]:
        """Say something in a thread with a guest's token."""
        return Data(await unit.chat.post(data, unit.participant, unit.address, unit.urls, unit.now))

    @put("/messages/{message_id:str}", operation_id="editMessage", opt={"who": Who.GUEST})
    async def edit_message(
        self, message_id: FromPath[str], data: JSONBody[MessageEdit], unit: NamedDependency[Unit]
    ) -> Data[MessageView]:
        """Change what one has said, for a minute."""
        return Data(await unit.chat.edit(message_id, data, unit.participant, unit.address, unit.urls, unit.now))

    @delete(
        "/messages/delete",
        operation_id="deleteMessage",
        status_code=200,
        opt={"who": Who.GUEST, "may": Act.MODERATE},
    )
    async def delete_message(self, data: JSONBody[MessageDeletion], unit: NamedDependency[Unit]) -> Data[NamedMessage]:
        """Take a message away from everybody at once: one's own, or anybody's for who may moderate."""
        await unit.removals.delete(data, unit.participant, unit.now)
        return Data(NamedMessage(data.message_id))

    @post("/messages/{message_id:str}/restore", operation_id="restoreMessage", status_code=200, opt=MODERATING)
    async def restore_message(self, message_id: FromPath[str], unit: NamedDependency[Unit]) -> Data[MessageView]:
        """Bring back a message that was deleted, for who may moderate. What its author took back stays away."""
        return Data(await unit.removals.restore(message_id, unit.user, unit.urls, unit.now))

    @post("/thread/read", operation_id="readThread", status_code=200, opt={"who": Who.GUEST})
    async def read_thread(self, data: JSONBody[ThreadRead], unit: NamedDependency[Unit]) -> Data[ThreadView]:
        """The newest page of a thread, or with `cursor` the page before."""
        return Data(await unit.threads.read(data, unit.participant, unit.address, unit.urls, unit.now))

    @post("/thread/participant", operation_id="joinThread", status_code=200, opt={"who": Who.GUEST})
    async def join_thread(self, data: JSONBody[ParticipantJoin], unit: NamedDependency[Unit]) -> Data[ParticipantView]:
        """Take part in a thread under a display name."""
        return Data(await unit.threads.join(data, unit.participant, unit.address, unit.now))
