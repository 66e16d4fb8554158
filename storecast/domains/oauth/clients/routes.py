"""Clients over HTTP (Passport's `/oauth/clients`)."""

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Unscoped
from storecast.domains.oauth.answers import NOT_FOUND, answer_not_found
from storecast.domains.oauth.clients.schemas import ClientUpdate, ClientView, NewClient, view
from storecast.kit.errors import NotFound
from storecast.wiring.unit import Unit


class ClientController(Controller):
    path = "/oauth/clients"
    tags = ("OAuth2",)
    opt = {"scope": Unscoped.SIGN_IN}  # noqa: RUF012
    exception_handlers = {NotFound: answer_not_found}  # noqa: RUF012

    @get("/", operation_id="listClients")
    async def list_clients(self, unit: NamedDependency[Unit]) -> list[ClientView]:
        """The caller's clients."""
        return [view(client) for client in await unit.clients.list(unit.user.id)]

    @post("/", operation_id="createClient", status_code=200)
    async def create_client(self, data: JSONBody[NewClient], unit: NamedDependency[Unit]) -> ClientView:
        """A new client. Its secret, `plainSecret`, is shown this once."""
        made = await unit.clients.create(
            unit.user.id, data.name, data.redirect, unit.address, unit.now, confidential=data.confidential
        )
        return view(made.client, made.secret)

    @put("/{client_id:str}", operation_id="updateClient", responses=NOT_FOUND)
    async def update_client(
        self, client_id: FromPath[str], data: JSONBody[ClientUpdate], unit: NamedDependency[Unit]
    ) -> ClientView:
        """Change a client's name and where it sends people back to."""
        return view(
            await unit.clients.update(unit.user.id, client_id, data.name, data.redirect, unit.address, unit.now)
        )

    @delete("/{client_id:str}", operation_id="deleteClient", responses=NOT_FOUND)
    async def delete_client(self, client_id: FromPath[str], unit: NamedDependency[Unit]) -> None:
        """Delete a client; every token it holds ends."""
        await unit.clients.delete(unit.user.id, client_id, unit.address, unit.now)
