"""Chat over HTTP. Speaking and listening are two doors: messages are posted here and heard on the realtime socket."""

from datetime import datetime

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.access import Caller, Scope, SignedIn
from storecast.domains.chat.schemas import (
    MessageCreate,
    MessageView,
    ParticipantJoin,
    ParticipantView,
    ThreadRead,
    ThreadView,
)
from storecast.domains.chat.service import ChatService
from storecast.kit.envelope import Data
from storecast.kit.urls import Urls


class ChatController(Controller):
    tags = ("Chat",)
    opt = {"scope": Scope.CHAT}  # noqa: RUF012

    @post("/messages", operation_id="postMessage", status_code=200)
    async def post_message(
        self,
        data: JSONBody[MessageCreate],
        user: NamedDependency[SignedIn],
        chat: NamedDependency[ChatService],
        address: NamedDependency[str],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> Data[MessageView]:
        """Say something in a thread, signed in."""
        return Data(await chat.post(data, user, address, urls, now))

    @post("/messages/guest", operation_id="postGuestMessage", status_code=200)
    async def post_guest_message(
        self,
        data: JSONBody[MessageCreate],
        participant: NamedDependency[Caller],
        chat: NamedDependency[ChatService],
        address: NamedDependency[str],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> Data[MessageView]:
        """Say something in a thread with a guest's token."""
        return Data(await chat.post(data, participant, address, urls, now))

    @post("/thread/read", operation_id="readThread", status_code=200)
    async def read_thread(
        self,
        data: JSONBody[ThreadRead],
        participant: NamedDependency[Caller],
        chat: NamedDependency[ChatService],
        urls: NamedDependency[Urls],
        now: NamedDependency[datetime],
    ) -> Data[ThreadView]:
        """The newest page of a thread, or with `cursor` the page before."""
        return Data(await chat.read(data, participant, urls, now))

    @post("/thread/participant", operation_id="joinThread", status_code=200)
    async def join_thread(
        self,
        data: JSONBody[ParticipantJoin],
        participant: NamedDependency[Caller],
        chat: NamedDependency[ChatService],
        now: NamedDependency[datetime],
    ) -> Data[ParticipantView]:
        """Take part in a thread under a display name."""
        return Data(await chat.join(data, participant, now))
