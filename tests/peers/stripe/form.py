"""Stripe's form encoding: `line_items[0][price_data][currency]=eur`."""

import re
from urllib.parse import parse_qsl

from tests.peers.stripe.errors import Refusal

Value = str | list["Value"] | dict[str, "Value"]

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def parse(text: str) -> dict[str, Value]:
    """Raises `Refusal`."""
    parsed: dict[str, Value] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        match = _NAME.fullmatch(name)
        if match is None:
            raise Refusal(f"Invalid form field: {name}")
        keys = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        inner = parsed
        for key in keys[:-1]:
            found = inner.setdefault(key, {})
            if not isinstance(found, dict):
                raise Refusal("Invalid hash", param=name)
            inner = found
        key = keys[-1] or str(len(inner))  # expand[]=…
        if key in inner:
            raise Refusal("Duplicate parameter", param=name)
        inner[key] = value
    return {key: _listed(value) for key, value in parsed.items()}


def _listed(value: Value) -> Value:
    """What is numbered from 0 on is a list."""
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(each) for key, each in value.items()}
    if list(inner) == [str(number) for number in range(len(inner))]:
        return list(inner.values())
    return inner
