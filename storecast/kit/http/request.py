"""Requests whose body may be JSON, a form or multipart: all three become the same builtins for validation."""

import io
import json
import math
import re
from typing import Generic, cast
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.connection.base import AuthT, StateT, UserT
from litestar.exceptions.http_exceptions import InternalServerException, RequestEntityTooLarge
from multipart import MultipartError, MultipartParser

from storecast.kit.errors import ApiError, Unprocessable
from storecast.kit.uploads import Upload

MAX_FIELDS = 200
MAX_TEXT = 1024 * 1024  # bytes of a body without files, whatever the operation takes: a number costs two, and 60 kept
PARSED_BODY = "parsed_body"  # where a request keeps its body once parsed
_BRACKETS = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])+)$")


class UnsupportedMediaType(ApiError):
    status = 415
    title = "Unsupported media type"


class CallerGone(ApiError):
    """Whoever asked hung up before the body's end, and hears no answer."""

    status = 400
    title = "Bad request"


class BodyRequest(Request[UserT, AuthT, StateT], Generic[UserT, AuthT, StateT]):
    async def json(self) -> object:
        """The body as builtins. Form fields are text, files are `Upload`; `a[b]` nests, `a[]` collects."""
        if PARSED_BODY not in self.state:
            self.state[PARSED_BODY] = await self._parse()
        return self.state[PARSED_BODY]

    async def body(self) -> bytes:
        """Raises `CallerGone`."""
        try:
            return await super().body()
        except InternalServerException as error:  # what the framework has for it would be a fault of ours in the log
            raise CallerGone from error

    async def _parse(self) -> object:
        body = await self.body()
        media_type, options = self.content_type
        if len(body) > MAX_TEXT and media_type != "multipart/form-data":
            raise RequestEntityTooLarge
        if media_type in ("", "application/json") or media_type.endswith("+json"):
            return _from_json(body)
        if media_type == "application/x-www-form-urlencoded":
            try:
                pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS)
            except ValueError as error:
                raise Unprocessable("The form is not valid.") from error
            return _nest(cast("list[tuple[str, object]]", pairs))
        if media_type == "multipart/form-data":
            return _nest(_multipart(body, options.get("boundary", "")))
        raise UnsupportedMediaType("Send JSON, a form or multipart/form-data.")


def _from_json(body: bytes) -> object:
    try:
        value: object = _JSON.decode(body)
        json.loads(body, object_pairs_hook=_refuse_twice)  # msgspec lets the last of two win
    except (msgspec.DecodeError, ValueError) as error:
        raise Unprocessable(f"The body is not valid JSON: {error}") from error
    except RecursionError as error:
        raise Unprocessable("The body is nested too deeply.") from error
    _refuse_nul(value, "body")
    return value


def _number(text: str) -> float | bytes:
    """A number no double comes near, as 1e999 or 1e-999, stays as it is written, in bytes: no field takes these."""
    number = float(text)
    lost = number == 0 and text.lower().partition("e")[0].strip("-0.")
    return text.encode() if lost or math.isinf(number) else number


_JSON = msgspec.json.Decoder(float_hook=_number)


def _refuse_twice(pairs: list[tuple[str, object]]) -> None:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise Unprocessable.field(name, "is given twice")
        seen.add(name)


def _multipart(body: bytes, boundary: str) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = []
    try:
        parser = MultipartParser(
            io.BytesIO(body), boundary, len(body), part_limit=MAX_FIELDS, memory_limit=len(body) + 1, strict=True
        )
        for part in parser:
            if part.filename:
                pairs.append((part.name, Upload(part.filename, part.content_type, part.raw)))
            elif part.filename is None:
                pairs.append((part.name, part.value))
            part.close()
    except (MultipartError, ValueError) as error:
        raise Unprocessable("The multipart body is not valid.") from error
    return pairs


def _nest(pairs: list[tuple[str, object]]) -> dict[str, object]:
    form: dict[str, object] = {}
    for name, value in pairs:
        match = _BRACKETS.match(name)
        if match is None:
            if name in form:
                raise Unprocessable.field(name, "is given twice")
            form[name] = value
            continue
        head, keys = match.group(1), match.group(2)[1:-1].split("][")
        if len(keys) != 1:
            raise Unprocessable.field(name, "is nested too deeply")
        if keys[0] == "" or keys[0].isdigit():
            _as_list(form, head).append(value)
        else:
            inner = _as_dict(form, head)
            if keys[0] in inner:
                raise Unprocessable.field(name, "is given twice")
            inner[keys[0]] = value
    _refuse_nul(form, "body")
    return form


def _as_list(form: dict[str, object], name: str) -> list[object]:
    found = form.setdefault(name, [])
    if not isinstance(found, list):
        raise Unprocessable.field(name, "is given both as one value and as several")
    return found


def _as_dict(form: dict[str, object], name: str) -> dict[str, object]:
    found = form.setdefault(name, {})
    if not isinstance(found, dict):
        raise Unprocessable.field(name, "is given both as one value and as several")
    return found


def _refuse_nul(value: object, field: str) -> None:
    """PostgreSQL's text cannot hold U+0000, and nobody types it."""
    if isinstance(value, str):
        if "\x00" in value:
            raise Unprocessable.field(field, "must not contain the NUL character")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _refuse_nul(key, field)
            _refuse_nul(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            _refuse_nul(inner, field)
