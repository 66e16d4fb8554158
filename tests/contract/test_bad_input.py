"""Bad input to every operation that is built: a clear refusal that names the field, and never a 500."""

import random
import re
import urllib.parse
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.operations import Operation, built
from tests.contract.recipes import RECIPES, Asked, World, ask

BUILT = built()
WITH_BODY = [operation for operation in BUILT if operation.in_body and operation.method != "GET"]
JSON_BODY = [operation for operation in WITH_BODY if not operation.multipart]
HUGE = "x" * 100_000
PARSERS_WORDS = re.compile(r"[<>`]|^invalid |\b(str|int|float|array|null)\b")  # that nobody who filled in a form knows

# What JSON can hold, the odd ends of it included.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT | st.just(HUGE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
ODD_SEGMENTS = ("0", "-1", "99999999999999999999", "%00", "%ff%fe", "..%2f..", "a" * 3_000, "%F0%9F%92%A1", "' OR 1=1")
ODD_QUERIES = ("-1", "0", "9" * 30, "1e9", "null", "", "a" * 3_000, "\u2028", "\x00")


def assert_refused_or_done(answer: httpx.Response) -> None:
    """Nothing is a server's error, and every refusal is the envelope, but for what Passport answers empty."""
    assert answer.status_code < 500, answer.text
    if "/oauth/" in answer.url.path and answer.content == b"":
        assert answer.status_code in (200, 204, 404)
    elif answer.status_code >= 400:
        error = answer.json()["error"]
        assert error["message"]
        assert isinstance(error["messages"], list)
        if answer.status_code == 422:
            assert all(entry["field"] and entry["message"] for entry in error["messages"]), error


def assert_names(answer: httpx.Response, field: str) -> None:
    assert answer.status_code == 422, answer.text
    messages = answer.json()["error"]["messages"]
    assert field in {entry["field"].split(".")[0] for entry in messages}, answer.text
    assert not any(PARSERS_WORDS.search(entry["message"]) for entry in messages), answer.text


def json_body(asked: Asked) -> dict[str, Any]:
    body: dict[str, Any] = asked.how.get("json", {})
    assert isinstance(body, dict)
    return body


async def send_json(operation: Operation, asked: Asked, body: object) -> httpx.Response:
    how = Asked(asked.caller, asked.path, {key: value for key, value in asked.how.items() if key == "params"})
    return await ask(operation, how, asked.caller, json=body)


@pytest.mark.parametrize("operation", JSON_BODY, ids=str)
@settings(max_examples=settings().max_examples // 3, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_any_json_is_taken_or_refused(operation: Operation, world: World, data: st.DataObject) -> None:
    asked = RECIPES[operation.n](world)
    body = dict(json_body(asked))
    names = [str(parameter["name"]) for parameter in operation.in_body]
    for name in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)):
        body[name] = data.draw(VALUES)
    answer = await send_json(operation, asked, body)
    assert_refused_or_done(answer)
    assert answer.status_code != 422 or answer.json()["error"]["messages"], answer.text


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
async def test_bad_bodies_are_refused_and_their_fields_named(operation: Operation, world: World) -> None:
    """One world for all of an operation's cases, as making one takes longer than they do."""
    asked = RECIPES[operation.n](world)
    await no_body(operation, asked)
    await out_of_bounds(operation, asked)
    if not operation.multipart:
        await given_twice(operation, asked)
        await null_or_missing(operation, asked)
        await a_megabyte(operation, asked)


async def no_body(operation: Operation, asked: Asked) -> None:
    bare = Asked(asked.caller, asked.path)
    as_json = {"Content-Type": "application/json"}
    for content in (b"{", b"\xff\xfe", b'{"a": "\xc3\x28"}', b"[" * 50_000, b"nonsense"):
        answer = await ask(operation, bare, asked.caller, content=content, headers=as_json)
        assert answer.status_code == 422, answer.text
    for body in (None, 1, "text", [], [{}]):
        assert_refused_or_done(await send_json(operation, asked, body))
    boundary = {"Content-Type": "multipart/form-data; boundary=x"}
    for content in (b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--", b"\x00" * 500):
        assert_refused_or_done(await ask(operation, bare, asked.caller, content=content, headers=boundary))


async def out_of_bounds(operation: Operation, asked: Asked) -> None:
    """Every field over or under its documented bound."""
    for parameter in operation.in_body:
        name = str(parameter["name"])
        for value in beyond(parameter):
            fields: dict[str, object] = dict(asked.how.get("json") or asked.how.get("data") or {}) | {name: value}
            if operation.multipart:
                answer = await ask(operation, asked, asked.caller, data=fields)
            else:
                answer = await send_json(operation, asked, fields)
            assert_names(answer, name)


def beyond(parameter: dict[str, Any]) -> list[object]:
    """Values of the right type on the wrong side of what is documented."""
    rules = parameter.get("rules", {})
    wrong: list[object] = []
    if "max_length" in rules:
        wrong.append("x" * (rules["max_length"] + 1))
    if rules.get("min_length", 0) > 0:
        wrong.append("x" * (rules["min_length"] - 1))
    if "maximum" in rules:
        wrong.append(rules["maximum"] + 1)
    if "minimum" in rules:
        wrong.append(rules["minimum"] - 1)
    if "enum" in rules:
        wrong.append("none of them")
    if rules.get("format") == "email":
        wrong += ["not an address", "a@b@c", "@example.com"]
    return wrong


async def given_twice(operation: Operation, asked: Asked) -> None:
    name = str(operation.in_body[0]["name"])
    content = f'{{"{name}": "a", "{name}": "b"}}'
    how = {"content": content, "headers": {"Content-Type": "application/json"}}
    assert_names(await ask(operation, Asked(asked.caller, asked.path), asked.caller, **how), name)


async def null_or_missing(operation: Operation, asked: Asked) -> None:
    for parameter in operation.in_body:
        name = str(parameter["name"])
        if parameter["required"] and name in json_body(asked):
            missing = {key: value for key, value in json_body(asked).items() if key != name}
            assert_names(await send_json(operation, asked, missing), name)
            assert_names(await send_json(operation, asked, missing | {name: None}), name)


async def a_megabyte(operation: Operation, asked: Asked) -> None:
    name = str(operation.in_body[0]["name"])
    answer = await send_json(operation, asked, json_body(asked) | {name: "x" * 1024 * 1024})
    assert answer.status_code in (413, 422), answer.text
    if answer.status_code == 422:
        assert_names(answer, name)


@pytest.mark.parametrize("operation", BUILT, ids=str)
async def test_odd_addresses_are_refused_or_taken(operation: Operation, world: World) -> None:
    asked = RECIPES[operation.n](world)
    await odd_paths(operation, asked)
    await odd_queries(operation, asked)


async def odd_paths(operation: Operation, asked: Asked) -> None:
    for segment in ODD_SEGMENTS:
        for at in range(len(asked.path)):
            path = tuple(segment if place == at else part for place, part in enumerate(asked.path))
            answer = await ask(operation, Asked(asked.caller, path, asked.how), asked.caller)
            assert_refused_or_done(answer)
            assert not answer.is_success, f"{segment} was found"


async def odd_queries(operation: Operation, asked: Asked) -> None:
    """Comes last: some are the right request all the same, and do what it does."""
    names = {str(parameter["name"]) for parameter in operation.in_query} | {"page", "per_page", "orderBy", "cursor"}
    rng = random.Random(operation.n)
    for value in ODD_QUERIES:
        params = {name: value for name in sorted(names) if rng.random() < 0.7}
        raw = urllib.parse.urlencode(params)
        assert_refused_or_done(await ask(operation, asked, asked.caller, params=raw))
    assert_refused_or_done(await ask(operation, asked, asked.caller, params="%ff=%fe&page=%zz&&=&a[b][c]=1"))
