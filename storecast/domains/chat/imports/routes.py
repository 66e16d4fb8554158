"""Messages from a chat elsewhere, over HTTP."""

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from storecast.domains.accounts.callers import Scope, Who
from storecast.domains.chat.imports.schemas import OutsideMessages, StoredMessages
from storecast.kit.envelope import Data
from storecast.wiring.unit import Unit


@post(
    "/messages/store-messages",
    operation_id="storeMessages",
    status_code=200,
    tags=["Chat"],
    opt={"scope": Scope.CHAT, "who": Who.CLIENT},
)
async def store_messages(data: JSONBody[OutsideMessages], unit: NamedDependency[Unit]) -> Data[StoredMessages]:
    """Bring what was said in a chat elsewhere into a thread, each message once however often it is sent.

    For a client with a token of its own whose owner may edit the channel, for that person themselves, and for who runs
    the installation. Names and words are held to what people here may write; a picture of the author is not taken.
    """
    return Data(await unit.chat_imports.store(data, unit.program, unit.now))
