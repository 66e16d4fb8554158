"""Whatever the API says no with, pages say in their reader's language (`web/src/texts/*/refusals.ts`)."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import storecast
from storecast.domains.accounts.audit import SecurityEventKind
from storecast.domains.accounts.callers import Scope
from storecast.domains.oauth.errors import OAuthError
from storecast.domains.sign_ins.passwords.errors import WHY
from storecast.kit.errors import ApiError, TokenNeeded, Unauthenticated

ROOT = Path(__file__).parents[1]
ENGLISH = ROOT / "web/src/texts/en"
SOURCES = [path for part in ("kit", "domains", "wiring") for path in sorted((ROOT / "storecast" / part).rglob("*.py"))]

# What only a program can get wrong: these parts never answer a page, nor do pages fill in these fields.
FOR_PROGRAMS = (
    "kit/http/", "kit/errors.py", "domains/oauth/grants/", "domains/oauth/tokens/", "domains/platform/hooks.py",
    "domains/orders/payments/hearing.py", "domains/orders/shops/", "domains/audience/beats.py",
    "domains/platform/client_errors/", "domains/audience/subscribers/texts/hearing.py",
    "domains/sign_ins/social/", "domains/streams/errors.py", "domains/streams/ingest.py",
)  # fmt: skip
PROGRAMS_ERRORS = {"WebhookForged", "TwilioForged", "TwilioNotSet", "InsufficientScope", "WrongRefreshToken"} | {
    "CallerGone", "ChecksumWrong", "FormatUnknown", "MethodRefused", "OffsetWrong", "RequestUnclear", "TooMuchSent",
    "VersionUnknown",
}  # fmt: skip
PROGRAMS_FIELDS = {"status", "orderBy", "sortedBy", "channelId", "challenge_id", "credential", "phonePrefixValue",
                   "phoneValue", "client_id", "redirect_uri", "json", "type"}  # fmt: skip
SIGNED_OUT = (Unauthenticated, TokenNeeded)  # tell a program what to send; people hear that they are signed out
# Where the words for a field come from that a call passes on.
PASSED_ON = {
    "domains/accounts/emails.py: str(error)": "kit/emails.py",
    "domains/accounts/errors.py: why": "WeakPassword.error",
    "domains/accounts/service.py: str(error)": "BadImage",
    "domains/audience/subscribers/service.py: str(error)": "kit/emails.py",
    "domains/channels/pictures/service.py: str(error)": "BadImage",
    "domains/moderation/service.py: str(error)": "kit/names.py",
    "domains/products/pictures.py: str(error)": "BadImage",
    "domains/orders/checkout/service.py: str(error)": "kit/money.py",
    "domains/orders/waitlist/service.py: str(error)": "kit/emails.py",
    "domains/orders/errors.py: why": "CouponRefused",
    "domains/orders/coupons/service.py: str(error)": "kit/money.py",
    "domains/orders/refunds.py: str(error)": "kit/money.py",
    "domains/products/prices.py: str(error)": "kit/money.py",
    "domains/orders/payments/service.py: str(error)": "kit/money.py",
    "domains/oauth/clients/service.py: found": "domains/oauth/redirects.py",
    "domains/sign_ins/passwords/errors.py: WHY[fault]": "WHY",
}
PARSERS = {"kit/money.py", "kit/names.py", "kit/emails.py"}  # whose ValueErrors become the words of a field
# What `kit.http.failures` says of input that the description does not allow.
BY_DESCRIPTION = {
    "is required", "is not in the right format", "must be text", "must be a whole number", "must be a number",
    "must be true or false", "must be a list", "must be a date and time", "must be a file",
    "must be at least {} characters", "must be at most {} characters", "must be at least {} items",
    "must be at most {} items", "must be at least {}", "must be at most {}", "must be more than {}",
    "must be less than {}", "must be of {}",
}  # fmt: skip


def known(catalogue: str, part: str) -> set[str]:
    """The keys of a part of an English catalogue."""
    text = (ENGLISH / f"{catalogue}.ts").read_text()
    body = re.search(rf"^( *){part}: \{{\n(.*?)^\1\}},?$", text, re.DOTALL | re.MULTILINE)
    assert body is not None, f"{catalogue} has no {part}"
    return {
        quoted or plain for quoted, plain in re.findall(r'^ *(?:"((?:[^"\\]|\\.)*)"|(\w+)):', body[2], re.MULTILINE)
    }


def unwritten(wanted: dict[str, str], catalogued: set[str]) -> dict[str, str]:
    """Of texts by where they are said, those that the catalogue has neither as they stand nor with a `{}`."""
    patterns = [re.compile(re.escape(key).replace(r"\{\}", ".+")) for key in catalogued]
    return {text: where for text, where in wanted.items() if not any(pattern.fullmatch(text) for pattern in patterns)}


def errors() -> dict[str, type[ApiError]]:
    for module in pkgutil.walk_packages(storecast.__path__, "storecast."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    def below(error: type[ApiError]) -> Iterator[type[ApiError]]:
        yield error
        for child in error.__subclasses__():
            yield from below(child)

    return {error.__name__: error for error in below(ApiError)}


ERRORS = errors()
FOR_PEOPLE = {name for name, error in ERRORS.items() if not issubclass(error, OAuthError)}


def literal(node: ast.AST, around: ast.AST) -> str | None:
    """The text, with `{}` for what is filled in; of a name, what it is set to in `around`."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr():
            return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)  # type: ignore[misc]
        case ast.Name(id=name):
            set_to = (
                literal(found.value, ast.Module([], []))
                for found in ast.walk(around)
                if isinstance(found, ast.Assign) and ast.unparse(found.targets[0]) == name
            )
            return next((text for text in set_to if text), None)
    return None


def said() -> Iterator[tuple[str, str, str]]:
    """Whether of a field or of the whole (`field`, `message`), what is said, and where."""
    for path in SOURCES:
        where = path.relative_to(ROOT / "storecast").as_posix()
        if where.startswith(FOR_PROGRAMS):
            continue
        tree = ast.parse(path.read_text())
        for scope in ast.walk(tree):
            if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield from _said_in(scope, where, tree)
        for error in ast.walk(tree):
            if isinstance(error, ast.ClassDef) and error.name in FOR_PEOPLE - PROGRAMS_ERRORS:
                yield from (("message", text, where) for text in _told_by(error))


def _said_in(
    scope: ast.FunctionDef | ast.AsyncFunctionDef, where: str, module: ast.Module
) -> Iterator[tuple[str, str, str]]:
    for call in ast.walk(scope):
        if isinstance(call, ast.Return) and (where, scope.name) == ("domains/oauth/redirects.py", "fault"):
            text = literal(call.value or call, scope)
            if text is not None:
                yield "field", text, where
        if not isinstance(call, ast.Call) or not call.args:
            continue
        match ast.unparse(call.func).split("."):
            case ["BadImage"] | ["CouponRefused"] | ["CouponUnknown"]:
                words = call.args[0]
            case ["ValueError"] if where in PARSERS and not scope.name.startswith("_minor"):
                words = call.args[0]
            case ["WeakPassword", "error"]:
                words = call.args[0]
            case [name, "field"] if name == "cls" or name in ERRORS:
                if literal(call.args[0], scope) in PROGRAMS_FIELDS:
                    continue
                words = call.args[1]
            case ["FieldMessage"] if literal(call.args[0], scope):
                words = call.args[1]
            case ["LinkRefused"] | ["super()", "__init__"] if len(call.args) == 3:  # a field, what of it, the words
                words = call.args[2]
            case [name] if name in FOR_PEOPLE - PROGRAMS_ERRORS and ERRORS[name] not in SIGNED_OUT:
                text = literal(call.args[0], scope)
                if text is not None:
                    yield "message", text, where
                continue
            case _:
                continue
        text = literal(words, scope) or literal(words, module)
        if text is None or text.startswith("{} - at"):
            assert text or f"{where}: {ast.unparse(words)}" in PASSED_ON, (
                f"{where}: say it where it can be found: {ast.unparse(call)}"
            )
        else:
            yield "field", text, where


def _told_by(error: ast.ClassDef) -> Iterator[str]:
    """What an error of this class always says."""
    for call in ast.walk(error):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__" and call.args:
            text = literal(call.args[0], error)
            if text is not None and len(call.args) == 1 and text != "{}: {}":  # that is a field's
                yield text


def test_all_that_is_said_of_a_field_is_said_in_every_language() -> None:
    fields = {text: where for kind, text, where in said() if kind == "field"} | dict.fromkeys(
        BY_DESCRIPTION, "kit/http"
    )
    fields |= dict.fromkeys(WHY.values(), "domains/sign_ins/passwords/errors.py")
    missing = unwritten(fields, known("refusals", "fields"))
    assert not missing, f"write these into web/src/texts/*/refusals.ts, under `fields`: {missing}"


def test_all_that_is_said_of_a_request_is_said_in_every_language() -> None:
    from storecast.domains.billing.service import _REFUSALS

    # One without words of its own says its title.
    titles = {
        ERRORS[name].title: name for name in FOR_PEOPLE - PROGRAMS_ERRORS if ERRORS[name].__init__ is ApiError.__init__
    }
    messages = {text: where for kind, text, where in said() if kind == "message"}
    messages |= dict.fromkeys(_REFUSALS.values(), "domains/billing/service.py")
    by_status = {"Server error", "Not signed in", "Not allowed", "Invalid input", "Too many requests", "Conflict",
                 "Not found", "A dependency is down"}  # fmt: skip
    wanted = {text: where for text, where in chain(titles.items(), messages.items()) if text not in by_status}
    missing = unwritten(wanted, known("refusals", "messages"))
    assert not missing, f"write these into web/src/texts/*/refusals.ts, under `messages`: {missing}"


def test_what_people_read_of_scopes_and_security_events_is_said_in_every_language() -> None:
    scopes = set(re.findall(r"^  (\w+):", (ENGLISH / "scopes.ts").read_text(), re.MULTILINE))
    assert scopes == {scope.value for scope in Scope}
    assert known("account", "kinds") == {kind.value for kind in SecurityEventKind}
