"""Webhooks over HTTP."""

from litestar import Controller, Request, delete, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from storecast.domains.accounts.callers import Scope
from storecast.domains.webhooks.schemas import (
    DeliveryView,
    EndpointChanges,
    EndpointView,
    NewEndpoint,
    show_delivery,
    show_endpoint,
)
from storecast.kit.envelope import Data, Page
from storecast.kit.http.paging import PageNumber
from storecast.kit.pagination import PageRequest, paged
from storecast.wiring.unit import Unit


class WebhookController(Controller):
    path = "/webhooks"
    tags = ("Webhooks",)
    opt = {"scope": Scope.APPS}  # noqa: RUF012

    @get("/", operation_id="listWebhooks")
    async def list_webhooks(self, unit: NamedDependency[Unit]) -> Data[list[EndpointView]]:
        """The caller's endpoints of outgoing webhooks."""
        return Data([show_endpoint(endpoint, unit.now) for endpoint in await unit.webhooks.list(unit.user.id)])

    @post("/", operation_id="createWebhook", status_code=200)
    async def create_webhook(self, data: JSONBody[NewEndpoint], unit: NamedDependency[Unit]) -> Data[EndpointView]:
        """Have what happens on the caller's channels sent to an address. Its key, `secret`, is shown this once."""
        made = await unit.webhooks.create(data, unit.user, unit.address, unit.now)
        return Data(show_endpoint(made.endpoint, unit.now, made.secret))

    @put("/{id:str}", operation_id="updateWebhook")
    async def update_webhook(
        self, id: FromPath[str], data: JSONBody[EndpointChanges], unit: NamedDependency[Unit]
    ) -> Data[EndpointView]:
        """Change an endpoint, switch it on or off, or make its key anew."""
        changed = await unit.webhooks.update(id, data, unit.user, unit.address, unit.now)
        return Data(show_endpoint(changed.endpoint, unit.now, changed.secret))

    @delete("/{id:str}", operation_id="deleteWebhook", status_code=204)
    async def delete_webhook(self, id: FromPath[str], unit: NamedDependency[Unit]) -> None:
        """Delete an endpoint, with what waits for it."""
        await unit.webhooks.delete(id, unit.user, unit.address, unit.now)

    @post("/{id:str}/test", operation_id="testWebhook", status_code=200)
    async def test_webhook(self, id: FromPath[str], unit: NamedDependency[Unit]) -> Data[DeliveryView]:
        """Send an endpoint a `webhook.test`, once."""
        return Data(show_delivery(await unit.webhooks.test(id, unit.user, unit.now), unit.now))

    @get("/{id:str}/deliveries", operation_id="listWebhookDeliveries")
    async def list_webhook_deliveries(
        self,
        id: FromPath[str],
        request: Request[object, object, State],
        unit: NamedDependency[Unit],
        page: PageNumber = 1,
    ) -> Page[DeliveryView]:
        """What an endpoint was sent and is to be sent, newest first, for 30 days."""
        found, cut = await unit.webhooks.deliveries(id, unit.user, PageRequest(page))
        shown = [show_delivery(delivery, due_at) for delivery, due_at in found]
        return paged(shown, cut, request.url.path, request.url.query)

    @post("/deliveries/{id:str}/replay", operation_id="replayWebhookDelivery", status_code=200)
    async def replay_webhook_delivery(self, id: FromPath[str], unit: NamedDependency[Unit]) -> Data[DeliveryView]:
        """Send an event again, once and under the same id; one that waits is sent at once."""
        return Data(show_delivery(*await unit.webhooks.replay(id, unit.user, unit.now)))
