import httpx
import pytest

from storecast.entrypoints.api import create_routes
from tests.contract.operations import Operation, built, nameless, operations, todo
from tests.contract.recipes import RECIPES, World, ask
from tests.contract.shapes import assert_matches

NEEDS_TOKEN = {"guest", "user", "editor", "owner", "operator", "client"}
ALL = operations()
BUILT = built()


def assert_documented(operation: Operation, answer: httpx.Response) -> None:
    assert str(answer.status_code) in operation.answers or not operation.answers, answer.text
    shape = operation.answers.get(str(answer.status_code))
    if answer.status_code == 204:
        assert answer.content == b""
    elif shape is not None:
        assert_matches(shape, answer.json())


def test_the_contract_has_every_operation_once() -> None:
    assert [operation.n for operation in ALL] == list(range(1, 180))
    assert len({operation.route for operation in ALL}) == 179


def test_todo_lists_exactly_what_is_not_routed() -> None:
    app = create_routes()
    routed = {(method, nameless(route.path_format)) for route in app.routes for method in getattr(route, "methods", ())}
    unrouted = {operation.n for operation in ALL if operation.route not in routed}
    assert unrouted - todo() == set(), "not routed and not on the list"
    assert todo() - unrouted == set(), "routed: delete its line"


def test_every_built_operation_has_a_recipe() -> None:
    assert set(RECIPES) == {operation.n for operation in BUILT}


@pytest.mark.parametrize("operation", BUILT, ids=str)
async def test_answers_as_documented(operation: Operation, world: World) -> None:
    asked = RECIPES[operation.n](world)
    if operation.who in NEEDS_TOKEN:
        refused = await ask(operation, asked, world.anyone)
        assert refused.status_code == 401, refused.text
        error = refused.json()["error"]
        assert (error["code"], bool(error["message"])) == (401, True)
    answer = await ask(operation, asked, asked.caller)
    assert answer.is_success, answer.text
    assert_documented(operation, answer)


@pytest.mark.parametrize(
    ("n", "body"),
    [(1, {"email": "nobody@example.com", "password": "not the password"}), (4, {"refresh_token": "unknown"})],
)
async def test_documented_refusals(n: int, body: dict[str, str], world: World) -> None:
    operation = ALL[n - 1]
    answer = await world.anyone.post(operation.path, body)
    assert answer.status_code == 401
    assert_documented(operation, answer)
