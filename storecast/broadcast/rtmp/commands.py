"""The commands of a publishing session and what is answered to them (RTMP 1.0, section 7.2)."""

from msgspec import Struct

from storecast.broadcast.publishing import PublishRefused, Refusal
from storecast.broadcast.rtmp.amf import AmfError, AmfValue, decode, encode
from storecast.broadcast.rtmp.chunks import MessageType, write_message

APP = "live"
STREAM_ID = 1  # the one message stream a connection gets
WINDOW = 2_500_000  # bytes until the peer acknowledges, and until we do unless it asks otherwise
CHUNK_SIZE = 4096  # of what we send, which is little

_COMMAND_CSID = 3
_CONTROL_CSID = 2
_REFUSED = {  # the others are failures of ours
    Refusal.UNKNOWN_KEY: "NetStream.Publish.BadName",
    Refusal.TAKEN: "NetStream.Publish.BadName",
    Refusal.NO_MINUTES: "NetStream.Publish.Denied",
    Refusal.STOPPED: "NetStream.Publish.Denied",
}
_STREAM_BEGIN = 0
_PING_REQUEST = 6
_PING_RESPONSE = 7


class Command(Struct, frozen=True):
    name: str
    transaction: float
    arguments: list[AmfValue]  # the command object first

    def text(self, index: int) -> str:
        """Argument `index` where it is a string, else an empty one."""
        found = self.arguments[index] if index < len(self.arguments) else None
        return found if isinstance(found, str) else ""

    def property(self, name: str) -> AmfValue:
        """`name` of the command object."""
        found = self.arguments[0] if self.arguments else None
        return found.get(name) if isinstance(found, dict) else None


def read_command(body: bytes) -> Command:
    """The command in a message's body, with the arguments that can be read. Raises `AmfError` where it has no name."""
    values = decode(body)
    if not values or not isinstance(values[0], str):
        raise AmfError("not a command")
    transaction = values[1] if len(values) > 1 and isinstance(values[1], float) else 0.0
    return Command(values[0], transaction, values[2:])


def without_format(body: bytes) -> bytes:
    """What an AMF3 message holds: AMF0 all the same, behind a format byte that some leave out."""
    return body[1:] if body[:1] == b"\x00" else body


def connected(command: Command) -> bytes:
    """Everything a client waits for after `connect`."""
    return b"".join(
        (
            _control(MessageType.WINDOW_SIZE, WINDOW.to_bytes(4, "big")),
            _control(MessageType.PEER_BANDWIDTH, WINDOW.to_bytes(4, "big") + b"\x02"),
            _chunk_size(),
            result(
                command,
                {"fmsVer": "FMS/3,0,1,123", "capabilities": 31.0, "fourCcList": ["*"]},
                _info("status", "NetConnection.Connect.Success", "Connected.") | {"objectEncoding": 0.0},
            ),
        )
    )


def connect_rejected(command: Command, why: str) -> bytes:
    info = _info("error", "NetConnection.Connect.Rejected", why)
    return _chunk_size() + _command(encode("_error", command.transaction, None, info))


def result(command: Command, *values: AmfValue) -> bytes:
    return _command(encode("_result", command.transaction, *(values or (None,))))


def failed(command: Command, why: str) -> bytes:
    info = _info("error", "NetConnection.Call.Failed", why)
    return _command(encode("_error", command.transaction, None, info))


def status(level: str, code: str, description: str) -> bytes:
    """`onStatus` on the message stream."""
    return _command(encode("onStatus", 0.0, None, _info(level, code, description)), STREAM_ID)


def published() -> bytes:
    return status("status", "NetStream.Publish.Start", "Publishing.")


def refused(why: PublishRefused) -> bytes:
    return status("error", _REFUSED.get(why.why, "NetStream.Publish.Failed"), why.description)


def stream_begin() -> bytes:
    return _control(MessageType.USER_CONTROL, _STREAM_BEGIN.to_bytes(2, "big") + STREAM_ID.to_bytes(4, "big"))


def acknowledgement(received: int) -> bytes:
    """How many bytes have come so far, counted modulo 2³²."""
    return _control(MessageType.ACKNOWLEDGEMENT, (received & 0xFFFFFFFF).to_bytes(4, "big"))


def pong(user_control: bytes) -> bytes | None:
    """The answer to a ping, or None for any other user control event."""
    if len(user_control) < 6 or int.from_bytes(user_control[:2], "big") != _PING_REQUEST:
        return None
    return _control(MessageType.USER_CONTROL, _PING_RESPONSE.to_bytes(2, "big") + user_control[2:6])


def _info(level: str, code: str, description: str) -> dict[str, AmfValue]:
    return {"level": level, "code": code, "description": description}


def _chunk_size() -> bytes:
    return _control(MessageType.SET_CHUNK_SIZE, CHUNK_SIZE.to_bytes(4, "big"))


def _control(kind: int, body: bytes) -> bytes:
    return write_message(kind, body, csid=_CONTROL_CSID)


def _command(body: bytes, stream_id: int = 0) -> bytes:
    return write_message(MessageType.COMMAND, body, csid=_COMMAND_CSID, stream_id=stream_id, chunk_size=CHUNK_SIZE)
