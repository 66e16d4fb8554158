"""Reactions over HTTP."""

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.chat.reactions.schemas import ReactionChange, ReactionChanged
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit


@post(
    "/messages/{message_id:str}/reactions",
    operation_id="reactToMessage",
    status_code=200,
    tags=["Chat"],
    opt={"scope": Scope.CHAT, "who": Who.GUEST},
)
async def react_to_message(
    message_id: FromPath[str], data: JSONBody[ReactionChange], unit: NamedDependency[Unit]
) -> Data[ReactionChanged]:
    """React to a message with an emoji, or take that back. The room hears how many there are each half second."""
    return Data(await unit.reactions.change(message_id, data, unit.participant, unit.address, unit.now))
