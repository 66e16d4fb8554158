"""The description of the API (OpenAPI 3.1): the framework's, corrected where the API answers in its own way."""

import msgspec
from litestar import Request
from litestar._openapi.schema_generation import SchemaCreator
from litestar.connection.base import AuthT, StateT, UserT
from litestar.enums import MediaType
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import OpenAPIFormat, OpenAPIType, Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

from storecast.kit.uploads import Upload

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

ERROR = "ErrorEnvelope"
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_METHODS = ("get", "post", "put", "patch", "delete")
_ERROR_SCHEMA: Json = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "integer", "description": "The HTTP status, but for failed logins: 422."},
                "title": {"type": "string"},
                "message": {"type": "string"},
                "messages": {
                    "type": "array",
                    "description": "One entry a field of invalid input.",
                    "items": {
                        "type": "object",
                        "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                    },
                },
                "second_factor": {
                    "type": "object",
                    "description": "How a sign-in goes on whose account has a second factor.",
                    "required": ["methods", "ticket", "expires_in"],
                    "properties": {
                        "methods": {
                            "type": "array",
                            "items": {"type": "string", "enum": ["totp", "passkey", "recovery_code"]},
                        },
                        "ticket": {"type": "string"},
                        "expires_in": {"type": "integer", "description": "Seconds."},
                    },
                },
            },
        }
    },
}


def described(answer: object) -> dict[int, ResponseSpec]:
    """For a handler that answers bytes: only this says what they hold."""
    spec = ResponseSpec(answer, generate_examples=False, description="Request fulfilled, document follows")  # type: ignore[arg-type]
    return {200: spec}


class UploadSchema(OpenAPISchemaPlugin):
    @staticmethod
    def is_plugin_supported_type(value: object) -> bool:
        return value is Upload

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: SchemaCreator) -> Schema:
        return Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY, description="A file of a multipart body.")


class DescriptionPlugin(OpenAPIRenderPlugin):
    """Serves the description as JSON, and nothing from anybody else's server."""

    def __init__(self) -> None:
        super().__init__(path="/openapi.json", media_type=MediaType.JSON)

    def render(self, request: Request[UserT, AuthT, StateT], openapi_schema: dict[str, Json]) -> bytes:
        return msgspec.json.encode(describe(openapi_schema))


def describe(schema: dict[str, Json]) -> dict[str, Json]:
    """The framework's description, corrected in place; correcting it twice changes nothing."""
    components = schema["components"]
    if isinstance(components, dict) and isinstance(schemas := components["schemas"], dict):
        schemas[ERROR] = _ERROR_SCHEMA
    paths = schema["paths"]
    for path in paths.values() if isinstance(paths, dict) else ():
        for method in _METHODS:
            operation = path.get(method) if isinstance(path, dict) else None
            if isinstance(operation, dict):
                _correct(operation)
    return schema


def _correct(operation: dict[str, Json]) -> None:
    """Invalid input is 422 in our envelope, never the framework's 400; a body may be a form as well as JSON."""
    responses = operation["responses"]
    if isinstance(responses, dict):
        responses.pop("400", None)
        content: Json = {"application/json": {"schema": {"$ref": f"#/components/schemas/{ERROR}"}}}
        responses["default"] = {"description": "What went wrong.", "content": content}
    body = operation.get("requestBody")
    if isinstance(body, dict) and isinstance(body["content"], dict):
        for form in _FORMS:
            body["content"].setdefault(form, body["content"]["application/json"])
