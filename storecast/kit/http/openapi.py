"""The description of the API (OpenAPI 3.1): the framework's, with msgspec's word on what bodies and answers are.

The framework knows the routes. What a struct looks like msgspec says itself (`msgspec.json.schema_components`), which
reads and writes them; what a field means stands under the field (`kit.field_words`).
"""

import re
from collections.abc import Iterator
from types import UnionType
from typing import cast, get_args, get_origin

import msgspec
from litestar import Litestar
from litestar._openapi.schema_generation import SchemaCreator
from litestar._openapi.schema_generation.plugins.struct import StructSchemaPlugin
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIType, Schema
from litestar.routes import HTTPRoute
from litestar.typing import FieldDefinition

from storecast.kit.envelope import ErrorEnvelope
from storecast.kit.field_words import field_words

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
Object = dict[str, Json]

ERRORS = "errors"  # in a route's `opt`: the struct its refusals are, where that is not the usual envelope
ALSO = "also"  # in a route's `opt`: the kind of text it answers where its caller asks for that, as `text/csv`
COMPONENTS = "#/components/schemas/"
JSON_BODY = "application/json"
MULTIPART = "multipart/form-data"
FORM = "application/x-www-form-urlencoded"

_PLACEHOLDER = "struct "
_MODULE = re.compile(r"storecast(\.[a-z_]+)+\.")
_FILE: Object = {"type": "string", "format": "binary", "description": "A file, as a part of a multipart body."}


def described(answer: object) -> dict[int, ResponseSpec]:
    """For a handler that answers bytes: only this says what they hold."""
    return {200: ResponseSpec(answer, generate_examples=False, description="Request fulfilled, document follows")}  # type: ignore[arg-type]


class StructSchemas(StructSchemaPlugin):
    """Has the framework leave a place for each struct, which `describe` fills."""

    def __init__(self) -> None:
        self.types: list[object] = []

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: SchemaCreator) -> Schema:
        schema = schema_creator.schema_registry.get_schema_for_field_definition(field_definition)
        schema.type, schema.title = OpenAPIType.OBJECT, f"{_PLACEHOLDER}{len(self.types)}"
        self.types.append(field_definition.annotation)
        return schema


def describe(app: Litestar) -> Object:
    """The description of every route of `app`, which has the plugin `StructSchemas`."""
    document = cast("Object", app.openapi_schema.to_schema())
    places = _object(_object(document["components"])["schemas"])
    handlers = {(path, method): handler for path, method, handler in _routes(app)}
    plugin = app.plugins.get(StructSchemas)
    refusals = {handler.opt.get(ERRORS, ErrorEnvelope) for handler in handlers.values()}
    schemas = _Schemas([*plugin.types, *refusals])
    filled = {
        name: schemas.of(plugin.types[int(title.removeprefix(_PLACEHOLDER))])
        for name, place in places.items()
        if (title := str(_object(place).get("title", ""))).startswith(_PLACEHOLDER)
    }
    for path, methods in _object(document["paths"]).items():
        for method, operation in _object(methods).items():
            handler = handlers[path, method]
            _correct(_object(operation), handler, schemas.of(handler.opt.get(ERRORS, ErrorEnvelope)))
    document["paths"] = _filled(document["paths"], filled)
    rest = {name: place for name, place in places.items() if name not in filled}
    _object(document["components"])["schemas"] = dict(sorted((rest | schemas.components).items()))
    for methods in _object(document["paths"]).values():
        for operation in _object(methods).values():
            _say_bodies(_object(operation), schemas)
    return document


def operations(app: Litestar, document: Object) -> Iterator[tuple[HTTPRouteHandler, Object]]:
    """Each route that is described, with its description."""
    paths = _object(document["paths"])
    for path, method, handler in _routes(app):
        if path in paths and method in _object(paths[path]):
            yield handler, _object(_object(paths[path])[method])


def _routes(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                yield route.path_format or "/", method.lower(), handler


class _Schemas:
    """Components of structs and all they are made of. `Data[…]` and `Page[…]` are said in place, having no name."""

    def __init__(self, types: list[object]) -> None:
        self._types = _structs_of([each for kind in types for each in _alternatives(kind)])
        refs, components = msgspec.json.schema_components(
            cast("list[type]", self._types),
            schema_hook=lambda _: {"description": "Any JSON."},
            ref_template=f"{COMPONENTS}{{name}}",
        )
        made: Object = {name: _tidied(_object(schema)) for name, schema in components.items()}
        names = [ref["$ref"].removeprefix(COMPONENTS) for ref in refs]
        for name, kind in zip(names, self._types, strict=True):
            _say_fields(_object(made[name]), kind)
        made["Upload"] = _FILE
        generic: Object = {name: schema for name, schema in made.items() if "_" in _MODULE.sub("", name)}
        plain = {name: _filled(schema, generic) for name, schema in made.items() if name not in generic}
        self.components: Object = {_MODULE.sub("", name): schema for name, schema in plain.items()}
        self._places: Object = {
            name: _filled(generic[name], generic)
            if name in generic
            else {"$ref": f"{COMPONENTS}{_MODULE.sub('', name)}"}
            for name in names
        }
        self._names = dict(zip(map(repr, self._types), names, strict=True))

    def of(self, kind: object) -> Json:
        places = [self._places[self._names[repr(each)]] for each in _alternatives(kind)]
        if len(places) == 1:
            return places[0]
        inner: list[Json] = [_object(_object(place)["properties"])["data"] for place in places]
        return {**_object(places[0]), "properties": {"data": {"anyOf": inner}}}


def _alternatives(kind: object) -> list[object]:
    """`Data[A | B]` as `Data[A]` and `Data[B]`: msgspec looks at no two structs that could be mistaken for another."""
    origin, [inner] = get_origin(kind), get_args(kind) or [kind]
    arms = get_args(inner) if isinstance(inner, UnionType) else ()
    if origin is None or sum(isinstance(arm, type) and issubclass(arm, msgspec.Struct) for arm in arms) < 2:
        return [kind]
    return [origin[arm] for arm in arms]


def _structs_of(types: list[object]) -> list[object]:
    """These structs and all that stand in them, each once."""
    found: dict[str, object] = {}
    waiting: list[object] = list(msgspec.inspect.multi_type_info(types))
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, msgspec.inspect.StructType):
            if repr(kind.cls) in found:
                continue
            found[repr(kind.cls)] = kind.cls
            waiting += [field.type for field in kind.fields]
        elif isinstance(kind, msgspec.inspect.UnionType):
            waiting += kind.types
        else:
            inner = (getattr(kind, name, None) for name in ("type", "item_type", "key_type", "value_type"))
            waiting += [each for each in inner if each is not None]
    return list(found.values())


def _say_fields(schema: Object, kind: object) -> None:
    """What stands under each field in the source becomes its description."""
    cls = cast("type[msgspec.Struct]", getattr(kind, "__origin__", kind))
    words, properties = field_words(cls), _object(schema["properties"])
    for field in msgspec.structs.fields(cls):
        said = _object(properties[field.encode_name])
        if field.name in words:
            said["description"] = words[field.name]
    if isinstance(title := schema.get("title"), str):
        schema["title"] = title.partition("[")[0]


def _tidied(schema: Object) -> Object:
    """A nullable field's words stand beside it, not within."""
    tidied: Object = {}
    for name, value in schema.items():
        if name == "default" and value is None:
            continue
        tidied[name] = _tidied_value(value)
    branches = tidied.get("anyOf")
    if isinstance(branches, list) and "description" not in tidied:
        for branch in branches:
            if isinstance(branch, dict) and (words := branch.pop("description", None)):
                tidied["description"] = words
    return tidied


def _tidied_value(value: Json) -> Json:
    if isinstance(value, dict):
        return _tidied(value)
    return [_tidied_value(each) for each in value] if isinstance(value, list) else value


def _filled(value: Json, places: Object) -> Json:
    """`value` with what stands in `places` in place of references to it."""
    if isinstance(value, list):
        return [_filled(each, places) for each in value]
    if not isinstance(value, dict):
        return value
    name = str(value.get("$ref", "")).removeprefix(COMPONENTS)
    if name in places:
        beside = {key: each for key, each in value.items() if key != "$ref"}
        return {**_object(_filled(places[name], places)), **beside} if _is_new(places[name], name) else places[name]
    return {key: _filled(each, places) for key, each in value.items()}


def _is_new(place: Json, name: str) -> bool:
    """A place can be filled with the reference that leads to it."""
    return not (isinstance(place, dict) and place.get("$ref") == f"{COMPONENTS}{name}")


def _correct(operation: Object, handler: HTTPRouteHandler, refusal: Json) -> None:
    """What is refused is refused in our own words, never in the framework's; a title is a few words."""
    responses = _object(operation["responses"])
    responses.pop("400", None)
    for response in responses.values():
        if str(_object(response)["description"]).startswith("Request fulfilled"):  # the framework's, of each status
            _object(response)["description"] = "Done."
    if kind := handler.opt.get(ALSO):
        _object(_object(responses["200"])["content"])[kind] = {"schema": {"type": "string"}}
    responses["default"] = {"description": "What went wrong.", "content": {JSON_BODY: {"schema": refusal}}}
    operation["summary"] = handler.summary or _spaced(str(operation["operationId"]))
    for said in (operation, *(_object(each) for each in cast("list[Json]", operation.get("parameters", [])))):
        for flag in ("deprecated", "allowEmptyValue", "allowReserved"):
            said.pop(flag, None)  # each says what is so anyway


def _say_bodies(operation: Object, schemas: _Schemas) -> None:
    """A body may be a form as well as JSON; what has a file in it that must be there is multipart alone."""
    if "requestBody" not in operation:
        return
    content = _object(_object(operation["requestBody"])["content"])
    schema = _object(content[JSON_BODY])["schema"]
    name = str(_object(schema).get("$ref", "")).removeprefix(COMPONENTS)
    component = _object(schemas.components.get(name, {}))
    files = [key for key, value in _object(component.get("properties", {})).items() if "Upload" in repr(value)]
    if set(files) & set(cast("list[str]", component.get("required", []))):
        del content[JSON_BODY]
    content[MULTIPART] = {"schema": schema}
    if JSON_BODY in content:
        content[FORM] = {"schema": schema}


def _spaced(name: str) -> str:
    """`listSecurityEvents` as a title: "List security events"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return words[:1].upper() + words[1:]


def _object(value: object) -> Object:
    if not isinstance(value, dict):
        raise TypeError(f"an object was expected, not {value!r}")
    return value
