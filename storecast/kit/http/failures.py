"""Every failure, the framework's own included, as one envelope. Nothing of the inside leaves the server."""

import re
from enum import Enum
from typing import Literal, cast, get_args, get_origin

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.connection.base import AuthT, StateT, UserT
from litestar.enums import MediaType
from litestar.exceptions import HTTPException, ValidationException
from litestar.params import ParameterKwarg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from storecast.kit.database import is_gone, is_unfit, said_of
from storecast.kit.envelope import ErrorEnvelope
from storecast.kit.errors import ApiError, Conflict, ErrorBody, FieldMessage, Unavailable, Unprocessable
from storecast.kit.http.request import MAX_TEXT, PARSED_BODY
from storecast.kit.http.trace import logged
from storecast.kit.http.transactions import keep_work
from storecast.kit.names import form_of, in_form

log = structlog.get_logger()

TITLES = {
    400: "Bad request", 401: "Not signed in", 403: "Not allowed", 404: "Not found", 405: "Method not allowed",
    413: "Too large", 415: "Unsupported media type", 422: "Invalid input", 429: "Too many requests",
}  # fmt: skip
_STEP = re.compile(r"[^\[\].$`]+")  # of a path as msgspec writes it: `$.variants[0].name`
_LACKING = re.compile(r"^Object missing required field `(?P<name>\w+)`$")
_MISSING = re.compile(r"^Missing required \w+ parameter '(?P<name>[^']+)'")

AnyRequest = Request[UserT, AuthT, StateT]


def answer_api_error(request: AnyRequest[UserT, AuthT, StateT], error: ApiError) -> Response[ErrorEnvelope]:
    if error.keeps_work:
        keep_work(request)
    return Response(
        ErrorEnvelope(error.body()), status_code=error.status, headers=error.headers, media_type=MediaType.JSON
    )


def answer_framework_error(request: AnyRequest[UserT, AuthT, StateT], error: HTTPException) -> Response[ErrorEnvelope]:
    if isinstance(error, ValidationException):
        return answer_api_error(request, _invalid(request, error))
    if isinstance(error.__cause__, msgspec.ValidationError) and (found := _body_messages(request)):
        # The framework takes a field of the body for a dependency of the same name, and its error for ours.
        return answer_api_error(request, _unprocessable(found))
    status = 422 if error.status_code == 400 else error.status_code
    if status >= 500:
        return answer_unexpected(request, error)
    title = TITLES.get(status, "Error")
    message = _too_large(request) if status == 413 else _framework_message(status, error.detail)
    body = ErrorBody(status, title, message)
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return Response(ErrorEnvelope(body), status_code=status, headers=headers, media_type=MediaType.JSON)


def answer_unexpected(request: AnyRequest[UserT, AuthT, StateT], error: Exception) -> Response[ErrorEnvelope]:
    log.error("request failed", method=request.method, path=logged(request.scope["path"]), exc_info=error)
    body = ErrorBody(500, "Server error", "Something went wrong on our side. It has been logged.")
    return Response(ErrorEnvelope(body), status_code=500, media_type=MediaType.JSON)


def answer_database_error(request: AnyRequest[UserT, AuthT, StateT], error: Exception) -> Response[ErrorEnvelope]:
    failure = database_failure(error, request.scope["path"])
    return answer_unexpected(request, error) if failure is None else answer_api_error(request, failure)


def database_failure(error: Exception, path: str) -> ApiError | None:
    """What the caller is to hear of an error of the database, which is no fault of ours; None of any other."""
    if isinstance(error, StaleDataError):  # a row that this request read and was to change is gone
        return Conflict("Somebody else removed it at the same moment.")
    if isinstance(error, DBAPIError) and (refused := _refused(error, path)) is not None:
        return refused
    if not _is_away(error):
        return None
    log.warning("database unavailable", path=logged(path), error=(str(error) or repr(error)).splitlines()[0])
    failure = Unavailable("The database does not answer. Try again in a moment.")
    failure.headers = {"Retry-After": "2"}
    return failure


def _refused(error: DBAPIError, path: str) -> ApiError | None:
    """Of a database that is there, and does not take what it was given."""
    said = said_of(error)
    match said:
        case _ if is_unfit(said):
            # What it was is somebody's own, and nobody's to read.
            log.error("a value went to the database that it cannot take", path=logged(path), error=type(said).__name__)
            return Unprocessable("Something in it is of no size or form that can be looked for or kept.")
        case asyncpg.UniqueViolationError():
            return Conflict("Somebody else did the same at the same moment. Try again.")
        case asyncpg.ForeignKeyViolationError():
            return Conflict("Somebody else removed it at the same moment.")
    return None


def _is_away(error: Exception) -> bool:
    """Whether the database does not answer, or asks to be asked again."""
    match error:
        case OSError():
            return error.filename is None  # else it is about a file
        case DBAPIError():
            said = said_of(error)
            known = isinstance(error, (OperationalError, InterfaceError)) or error.connection_invalidated
            return known or is_gone(said) or isinstance(said, asyncpg.TransactionRollbackError)
    return isinstance(error, PoolTimeout)


def _framework_message(status: int, detail: str) -> str:
    match status:
        case 404:
            return "There is nothing at this address."
        case 405:
            return "This address does not take that method."
    return detail


def _too_large(request: AnyRequest[UserT, AuthT, StateT]) -> str:
    bound = request.route_handler.resolve_request_max_body_size()
    limits = [bound] if isinstance(bound, int) else []
    if request.content_type[0] != "multipart/form-data":
        limits.append(MAX_TEXT)
    return f"The body must be at most {min(limits, default=MAX_TEXT)} bytes."


def _invalid(request: AnyRequest[UserT, AuthT, StateT], error: ValidationException) -> Unprocessable:
    """All that is wrong, a message a field: msgspec itself stops at the first."""
    found: list[FieldMessage] = []
    if missing := _MISSING.match(error.detail):  # said in words alone
        found.append(FieldMessage(_as_asked(request, missing["name"]), "is required"))
    for entry in cast("list[dict[str, str]]", error.extra or []):
        key = entry.get("key", "")
        if key in ("data", "") or entry.get("source") == "body":
            found.extend(_body_messages(request))
        else:
            field = request.route_handler.parsed_fn_signature.parameters.get(key)
            found.append(FieldMessage(_as_asked(request, key), _plain(entry["message"], field and field.raw)))
    if not found:
        found = _body_messages(request) or [FieldMessage("body", "is not valid")]
    return _unprocessable(found)


def _as_asked(request: AnyRequest[UserT, AuthT, StateT], key: str) -> str:
    """A parameter by the name its caller wrote: `from` is no name that code can have."""
    field = request.route_handler.parsed_fn_signature.parameters.get(key)
    declared = None if field is None else field.kwarg_definition
    return (declared.name if isinstance(declared, ParameterKwarg) else None) or key


def _unprocessable(found: list[FieldMessage]) -> Unprocessable:
    unique = list({entry.field: entry for entry in found}.values())
    return Unprocessable("; ".join(f"{entry.field}: {entry.message}" for entry in unique), messages=unique)


def _body_messages(request: AnyRequest[UserT, AuthT, StateT]) -> list[FieldMessage]:
    field = request.route_handler.parsed_fn_signature.parameters.get("data")
    if field is None:
        return []
    types = [inner.annotation for inner in field.inner_types] if field.is_optional else [field.annotation]
    target = next((kind for kind in types if isinstance(kind, type) and issubclass(kind, msgspec.Struct)), None)
    body = request.state.get(PARSED_BODY, {})
    if target is None:
        return []
    if not isinstance(body, dict):
        return [FieldMessage("body", "must be an object")]
    return struct_messages(body, target)


def struct_messages(body: dict[str, object], target: type[msgspec.Struct]) -> list[FieldMessage]:
    """What keeps `body` from being a `target`: at most one message a field."""
    messages: list[FieldMessage] = []
    for field in msgspec.structs.fields(target):
        if field.encode_name not in body:
            if field.required:
                messages.append(FieldMessage(field.encode_name, "is required"))
            continue
        try:
            value = msgspec.convert(body[field.encode_name], field.type, strict=False, dec_hook=_as_is)
            if isinstance(value, str | list) and (form := form_of(field.type)):
                in_form(value, form)
        except ValueError as error:  # msgspec's own is one
            text, *paths = str(error).split(" - at `")  # a struct's own words come with a path within it, too
            steps = _STEP.findall("".join(path.rstrip("`") for path in reversed(paths)))
            if lacking := _LACKING.match(text):
                text, steps = "is required", [*steps, lacking["name"]]
            inner = "" if len(steps) == 1 and steps[0].isdigit() else "".join(f".{step}" for step in steps)
            messages.append(FieldMessage(field.encode_name + inner, _plain(text, field.type)))
    return messages


def _as_is(target: type, value: object) -> object:
    if isinstance(value, target):
        return value
    raise msgspec.ValidationError("must be a file")


_BOUND = re.compile(r"^(?P<kind>\w+) of length (?P<sign>[<>]=) (?P<bound>\d+)$")
_RANGE = re.compile(r"^(?:int|float) (?P<sign>[<>]=?) (?P<bound>[-\d.]+)$")
_SIGNS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
_KINDS = {"str": "text", "int": "a whole number", "float": "a number", "decimal": "a number", "bool": "true or false",
          "array": "a list", "datetime": "a date and time", "date": "a date", "time": "a time"}  # fmt: skip


def _choices(kind: object) -> list[str]:
    """The values of the first closed set within a type."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(member.value) for member in kind]
    if get_origin(kind) is Literal:
        return [str(value) for value in get_args(kind)]
    return next(filter(None, map(_choices, get_args(kind))), [])


def _plain(message: str, kind: object) -> str:
    """msgspec's "Expected `str` of length >= 8" as a person would say it: "must be at least 8 characters"."""
    text = message.replace("`", "")
    if text.startswith("Invalid enum value ") and (known := _choices(kind)):
        return f"must be of {', '.join(known)}"
    if text.startswith("Invalid RFC3339 encoded "):
        return "must be a date and time"
    if not text.startswith("Expected "):
        return text[:1].lower() + text[1:]
    wanted, _, got = text.removeprefix("Expected ").partition(", got ")
    if " matching regex " in wanted:
        return "is not in the right format"
    if bound := _BOUND.match(wanted):
        most = "at least" if bound["sign"] == ">=" else "at most"
        things = "characters" if bound["kind"] == "str" else "items"
        return f"must be {most} {bound['bound']} {things}"
    if found := _RANGE.match(wanted):
        return f"must be {_SIGNS[found['sign']]} {found['bound']}"
    wanted = wanted.replace("object", "a file") if got in ("str", "") and wanted == "object" else wanted
    words = " or ".join(_KINDS.get(word, word) for word in wanted.split(" | ") if word != "null")
    return f"must be {words}"
