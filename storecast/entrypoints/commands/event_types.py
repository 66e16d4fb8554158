"""`storecast events`: what rooms hear, as TypeScript, so that pages and server cannot differ.

A type is printed as it is encoded (https://jcristharif.com/msgspec/supported-types.html): a moment is a string, a field
has the name it is sent by, and one that is left out when it is unset may be missing.
"""

import importlib
import json
import pkgutil
from collections.abc import Iterator, Sequence

from msgspec import NODEFAULT, Struct, inspect

from storecast import domains
from storecast.kit.events import ROOM_EVENTS, ROOM_FIGURES

HEADER = (
    "// Made by `storecast events > web/src/client/events.ts`. Do not edit: change the server's events, make it anew.\n"
)

_NUMBERS = (inspect.IntType, inspect.FloatType)
_STRINGS = (
    inspect.StrType,
    inspect.DateTimeType,
    inspect.DateType,
    inspect.TimeType,
    inspect.TimeDeltaType,
    inspect.UUIDType,
    inspect.DecimalType,
    inspect.BytesType,
)
_LISTS = (inspect.ListType, inspect.SetType, inspect.FrozenSetType, inspect.VarTupleType, inspect.CollectionType)


def printed_events() -> str:
    """Every event and figure of the domains."""
    found = pkgutil.walk_packages(domains.__path__, f"{domains.__name__}.")
    modules = [module.name for module in found if module.name.endswith(".events")]
    for module in modules:
        importlib.import_module(module)
    events = {said.name: event for event, said in ROOM_EVENTS.items() if event.__module__ in modules}
    figures = {said.name: figure for figure, said in ROOM_FIGURES.items() if figure.__module__ in modules}
    return printed({**events, **figures}, sorted(figures))


def printed(events: dict[str, type], figures: Sequence[str] = ()) -> str:
    """TypeScript of these events, by name, and which of them are figures. Raises `TypeError` for what has no type."""
    printer = _Printer()
    rows = [f"  {json.dumps(name)}: {printer.type(inspect.type_info(events[name]))};\n" for name in sorted(events)]
    table = f"/** Events of a room, by name, with their data. */\nexport interface RoomEvents {{\n{''.join(rows)}}}\n"
    names = " | ".join(map(json.dumps, figures)) or "never"
    told = f"/** Those that are told and not kept: they have no `seq`. */\nexport type Figure = {names};\n"
    return "\n".join((HEADER, told, table, *(printer.interfaces[name] for name in sorted(printer.interfaces))))


class _Printer:
    """`interfaces` has those of the structs met so far, by name."""

    def __init__(self) -> None:
        self.interfaces: dict[str, str] = {}
        self._structs: dict[str, type[Struct]] = {}

    def type(self, of: inspect.Type) -> str:
        match of:
            case inspect.Metadata(type=inner):
                return self.type(inner)
            case inspect.StructType():
                return self._struct(of)
            case inspect.UnionType(types=types):
                return " | ".join(dict.fromkeys(self.type(each) for each in types))
            case inspect.LiteralType(values=values):
                return " | ".join(json.dumps(value) for value in values)
            case inspect.EnumType(cls=enum):
                return " | ".join(json.dumps(member.value) for member in enum)
            case inspect.DictType(value_type=value):
                return f"Record<string, {self.type(value)}>"
            case inspect.BoolType():
                return "boolean"
            case inspect.NoneType():
                return "null"
            case inspect.AnyType() | inspect.RawType():
                return "unknown"
            case _ if isinstance(of, _NUMBERS):
                return "number"
            case _ if isinstance(of, _STRINGS):
                return "string"
            case _ if isinstance(of, _LISTS):
                return f"Array<{self.type(of.item_type)}>"
        raise TypeError(f"no TypeScript is known for {of}")

    def _struct(self, struct: inspect.StructType) -> str:
        """The name of its interface; a generic's, as `Data[…]`, is written where it stands."""
        if hasattr(struct.cls, "__origin__"):
            return "{ " + " ".join(self._fields(struct)) + " }"
        name = struct.cls.__name__
        known = self._structs.setdefault(name, struct.cls)
        if known is not struct.cls:
            raise TypeError(f"{known.__module__} and {struct.cls.__module__} both send a {name}")
        if name not in self.interfaces:
            self.interfaces[name] = ""  # one that has itself inside is met again
            lines = "".join(f"  {line}\n" for line in self._fields(struct))
            body = f"interface {name} {{\n{lines}}}" if lines else f"type {name} = Record<string, never>;"
            self.interfaces[name] = f"{_comment(struct.cls.__dict__.get('__doc__'))}export {body}\n"
        return name

    def _fields(self, struct: inspect.StructType) -> Iterator[str]:
        if struct.tag_field is not None:
            yield f"{struct.tag_field}: {json.dumps(struct.tag)};"
        leaves_out = getattr(struct.cls, "__origin__", struct.cls).__struct_config__.omit_defaults
        for field in struct.fields:
            unset = field.default is NODEFAULT and field.default_factory is NODEFAULT  # as msgspec says of UNSET
            missing = not field.required and (leaves_out or unset)
            name = field.encode_name if field.encode_name.isidentifier() else json.dumps(field.encode_name)
            yield f"{name}{'?' if missing else ''}: {self.type(field.type)};"


def _comment(text: str | None) -> str:
    return f"/** {' '.join(text.split())} */\n" if text else ""
