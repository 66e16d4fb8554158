"""The API's description: complete, in people's words, and true of who may call."""

import json
import re
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from storecast.domains.accounts.callers import ALL_SCOPES
from storecast.entrypoints.commands.description import api_description
from storecast.entrypoints.description import TAGS
from tests.contract.operations import Operation, built, nameless

METHODS = ("get", "post", "put", "patch", "delete")
Json = dict[str, Any]


@cache
def document() -> Json:
    described: Json = json.loads(api_description())
    return described


def operations() -> list[tuple[str, Json]]:
    paths = document()["paths"].items()
    return [(f"{method} {path}", each[method]) for path, each in paths for method in METHODS if method in each]


def test_every_property_says_what_it_is() -> None:
    schemas = document()["components"]["schemas"]
    silent = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, said in schema.get("properties", {}).items()
        if not said.get("description")
    ]
    assert silent == [], "write a docstring under the field"


def test_every_operation_and_parameter_says_what_it_is() -> None:
    silent = [name for name, operation in operations() if not (operation.get("description") and operation["tags"])]
    silent += [
        f"{name}: {parameter['name']}"
        for name, operation in operations()
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    ]
    assert silent == []


def test_names_are_those_of_things_not_of_modules() -> None:
    names = [*document()["components"]["schemas"], *(operation["summary"] for _, operation in operations())]
    assert [name for name in names if not name.replace(" ", "").isalnum()] == []
    assert "storecast." not in api_description()


def test_no_pattern_lets_a_line_end_through() -> None:
    """Python's `$` is also before the newline that ends a text: with it a key is no header's and a hash another's."""
    patterns = {json.loads(each) for each in re.findall(r'"pattern":\s*("(?:[^"\\]|\\.)*")', api_description())}
    assert len(patterns) > 10
    assert [each for each in patterns if each.endswith("$") and not each.endswith((r"(?!\n)$", r"\s*$"))] == []


def test_every_reference_leads_somewhere() -> None:
    schemas = document()["components"]["schemas"]
    named = {part.partition('"')[0] for part in api_description().split("#/components/schemas/")[1:]}
    assert named - set(schemas) == set()
    assert set(schemas) - named == set(), "nobody speaks of these"


def test_tags_are_explained() -> None:
    used = {tag for _, operation in operations() for tag in operation["tags"]}
    assert used == set(TAGS) == {tag["name"] for tag in document()["tags"]}


DELETE_MESSAGE = 169  # guests take back what they wrote themselves


def security(operation: Operation) -> list[Json]:
    [path] = [path for path in document()["paths"] if nameless(path) == operation.route[1]]
    found: list[Json] = document()["paths"][path][operation.method.lower()]["security"]
    return found


@pytest.mark.parametrize("operation", built(), ids=str)
def test_who_may_call_is_said_as_the_contract_has_it(operation: Operation) -> None:
    ways = security(operation)
    schemes = {scheme for way in ways for scheme in way}
    match operation.who:
        case "public" | "signed":
            assert ways == [] or {} in ways
        case "optional":
            assert {} in ways
            assert "bearer" in schemes
        case "guest":
            assert {} not in ways
            assert {"bearer", "guest"} <= schemes
        case "client":
            assert {} not in ways or "client" in schemes
            assert schemes & {"client", "clientCredentials"}
        case _:
            assert {} not in ways
            assert "bearer" in schemes
            assert ("guest" in schemes) is (operation.n == DELETE_MESSAGE)


def test_scopes_are_those_tokens_have() -> None:
    asked = {
        scope
        for _, operation in operations()
        for way in operation["security"]
        for each in way.values()
        for scope in each
    }
    flow = document()["components"]["securitySchemes"]["oauth2"]["flows"]["authorizationCode"]
    assert asked <= set(flow["scopes"]) == set(ALL_SCOPES)


@pytest.mark.parametrize("price", [96, 96.5, 0, "96", "1299.90"])
def test_a_price_may_be_a_whole_number_or_text(price: object) -> None:
    schemas = document()["components"]["schemas"]
    for name in ("ShelfProductCreate", "ProductUpdate", *(["ProductView"] if not isinstance(price, str) else [])):
        assert jsonschema_rs.is_valid(schemas[name]["properties"]["price"], price)
