"""What Stripe documents of each operation's parameters, as its own library has it, and no other is taken."""

import re
import types
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from stripe._request_options import RequestOptions
from typing_extensions import is_typeddict

from tests.peers.stripe.errors import Refusal
from tests.peers.stripe.form import Value

_INTEGER = re.compile(r"-?\d{1,18}")
_OPTIONS = frozenset(RequestOptions.__annotations__)  # of the library's calls: they become headers


def read(params: dict[str, Value], documented: type) -> dict[str, Any]:
    """`params` by their types. `documented` is one of `stripe.params`. Raises `Refusal`."""
    return _struct(params, documented, "")


@cache
def _fields(documented: type) -> dict[str, Any]:
    own = {name: kind for name, kind in documented.__annotations__.items() if name not in _OPTIONS}
    return get_type_hints(type("Own", (), {"__annotations__": own, "__module__": documented.__module__}))


def _struct(given: dict[str, Value], documented: type, at: str) -> dict[str, Any]:
    fields = _fields(documented)
    for name in given:
        if name not in fields:
            raise Refusal(f"Received unknown parameter: {_below(at, name)}", code="parameter_unknown",
                          param=_below(at, name))  # fmt: skip
    for name in documented.__required_keys__ & fields.keys():  # type: ignore[attr-defined]
        if name not in given:
            raise _missing(_below(at, name))
    return {name: _value(value, fields[name], _below(at, name)) for name, value in given.items()}


def _value(given: Value, kind: Any, at: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _one_of(given, arguments, at)
    if is_typeddict(kind):
        return _struct(_hash(given, at), kind, at)
    if origin is list:
        if not isinstance(given, list):
            raise Refusal("Invalid array", param=at)
        return [_value(each, arguments[0], _below(at, str(place))) for place, each in enumerate(given)]
    if origin is dict:
        return {key: _value(each, arguments[1], _below(at, key)) for key, each in _hash(given, at).items()}
    if not isinstance(given, str):
        raise Refusal("Invalid string", param=at)
    if origin is Literal:
        return _chosen(given, arguments, at)
    return _scalar(given, kind, at)


def _one_of(given: Value, kinds: tuple[Any, ...], at: str) -> Any:
    """An enum is declared with `str` beside it, for what comes; today Stripe takes what it names."""
    named = tuple(each for kind in kinds if get_origin(kind) is Literal for each in get_args(kind))
    plain = [kind for kind in kinds if get_origin(kind) is not Literal]
    if isinstance(given, str):
        if given in named:
            return given
        if str in plain and set(named) <= {""}:
            return _scalar(given, str, at)
        numbers = [kind for kind in plain if kind in (int, float, bool)]
        if numbers:
            return _scalar(given, numbers[0], at)
        if named and set(plain) <= {str}:
            return _chosen(given, named, at)
        raise Refusal("Invalid object", param=at)
    wanted = list if isinstance(given, list) else dict
    for kind in plain:
        if get_origin(kind) is wanted or (wanted is dict and is_typeddict(kind)):
            return _value(given, kind, at)
    raise Refusal("Invalid string", param=at)


def _chosen(given: str, named: tuple[Any, ...], at: str) -> str:
    if given not in named:
        raise Refusal(f"Invalid {at}: must be one of {', '.join(filter(None, named))}", param=at)
    return given


def _scalar(given: str, kind: Any, at: str) -> Any:
    if given == "":
        raise Refusal(f"You passed an empty string for '{at}'. We assume empty values are an attempt to unset a "
                      "parameter.", code="parameter_invalid_empty", param=at)  # fmt: skip
    if kind is str:
        return given
    if kind is int:
        if not _INTEGER.fullmatch(given):
            raise Refusal(f"Invalid integer: {given}", code="parameter_invalid_integer", param=at)
        return int(given)
    if kind is bool:
        if given not in ("true", "false"):
            raise Refusal(f"Invalid boolean: {given}", param=at)
        return given == "true"
    if kind in (float, Decimal):
        try:
            return Decimal(given)
        except InvalidOperation as error:
            raise Refusal(f"Invalid decimal: {given}", param=at) from error
    raise AssertionError(f"{at} is of a kind this peer does not know: {kind}")


def _hash(given: Value, at: str) -> dict[str, Value]:
    if isinstance(given, dict):
        return given
    if given == []:
        return {}
    raise Refusal("Invalid object", param=at)


def _missing(at: str) -> Refusal:
    return Refusal(f"Missing required param: {at}.", code="parameter_missing", param=at)


def _below(at: str, name: str) -> str:
    return f"{at}[{name}]" if at else name
