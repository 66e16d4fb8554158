"""Clients over HTTP (Passport's `/oauth/clients`)."""

from datetime import datetime

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.access import Access, SignedIn
from storecast.domains.oauth.answers import answer_not_found
from storecast.domains.oauth.clients.schemas import ClientUpdate, ClientView, NewClient, view
from storecast.domains.oauth.clients.service import ClientService
from storecast.kit.errors import NotFound


class ClientController(Controller):
    path = "/oauth/clients"
    tags = ("OAuth2",)
    opt = {"scope": Access.SIGN_IN}  # noqa: RUF012
    exception_handlers = {NotFound: answer_not_found}  # noqa: RUF012

    @get("/", operation_id="listClients")
    async def list_clients(
        self, user: NamedDependency[SignedIn], clients: NamedDependency[ClientService]
    ) -> list[ClientView]:
        """The caller's clients."""
        return [view(client) for client in await clients.list(user.id)]

    @post("/", operation_id="createClient", status_code=200)
    async def create_client(
        self,
        data: JSONBody[NewClient],
        user: NamedDependency[SignedIn],
        clients: NamedDependency[ClientService],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
    ) -> ClientView:
        """A new client. Its secret, `plainSecret`, is shown this once."""
        made = await clients.create(user.id, data.name, data.redirect, address, now, confidential=data.confidential)
        return view(made.client, made.secret)

    @put("/{client_id:str}", operation_id="updateClient")
    async def update_client(
        self,
        client_id: FromPath[str],
        data: JSONBody[ClientUpdate],
        user: NamedDependency[SignedIn],
        clients: NamedDependency[ClientService],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
    ) -> ClientView:
        """Change a client's name and where it sends people back to."""
        return view(await clients.update(user.id, client_id, data.name, data.redirect, address, now))

    @delete("/{client_id:str}", operation_id="deleteClient")
    async def delete_client(
        self,
        client_id: FromPath[str],
        user: NamedDependency[SignedIn],
        clients: NamedDependency[ClientService],
        address: NamedDependency[str],
        now: NamedDependency[datetime],
    ) -> None:
        """Delete a client; every token it holds ends."""
        await clients.delete(user.id, client_id, address, now)
