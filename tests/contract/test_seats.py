"""What an operation on a channel asks of its caller besides a token: to be somebody there who may do this."""

import pytest

from storecast.domains.channels.access import Act
from storecast.entrypoints.api import create_routes
from tests.contract.operations import Operation, built, nameless
from tests.contract.recipes import RECIPES, World, ask

SEATED = [operation for operation in built() if operation.who in ("editor", "owner")]


def stated() -> dict[tuple[str, str], object]:
    """What each route states (`may`), by method and path."""
    return {
        (method, nameless(route.path_format)): handler.opt.get("may")
        for route in create_routes().routes
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods
    }


def test_every_route_of_editors_states_what_its_caller_must_be_allowed() -> None:
    may = stated()
    assert [str(operation) for operation in SEATED if not isinstance(may[operation.route], Act)] == []


def test_what_the_owner_alone_may_no_role_is_given() -> None:
    may = stated()
    theirs = {may[operation.route] for operation in SEATED if operation.who == "owner"}
    assert theirs <= {Act.DELETE, Act.BILL}


@pytest.mark.parametrize("operation", SEATED, ids=str)
async def test_strangers_are_refused(operation: Operation, world: World) -> None:
    refused = await ask(operation, RECIPES[operation.n](world), world.other.client)
    assert refused.status_code in (403, 404), refused.text
    done = await ask(operation, RECIPES[operation.n](world), world.merchant.client)
    assert done.is_success, "it was the caller that was refused"


@pytest.mark.parametrize("operation", SEATED, ids=str)
async def test_strangers_do_not_hear_of_private_channels(operation: Operation, world: World) -> None:
    await world.merchant.client.put(f"events/{world.channel['id']}", {"privacy": 2})
    refused = await ask(operation, RECIPES[operation.n](world), world.other.client)
    assert refused.status_code == 404, refused.text
