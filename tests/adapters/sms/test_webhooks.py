import pytest

from storecast.adapters.sms.webhooks import Forged, Heard, fared, heard, verify
from tests.peers.twilio.signing import signature

TOKEN = "a token"
URL = "https://shop.test/api/v1/sms/twilio"
BODY = b"MessageSid=SM1&From=%2B40722000000&Body=ARR%C3%8AT+%26+fin&FromCity="
FIELDS = {"MessageSid": "SM1", "From": "+40722000000", "Body": "ARRÊT & fin", "FromCity": ""}


def test_what_twilio_signed_is_read() -> None:
    fields = verify(BODY, signature(TOKEN, URL, FIELDS), ["http://127.0.0.1:8000/api/v1/sms/twilio", URL], TOKEN)
    assert heard(fields) == Heard("SM1", "+40722000000", "ARRÊT & fin", "")


def test_the_port_of_the_address_may_be_signed_or_not() -> None:
    signed = signature(TOKEN, "https://shop.test:443/api/v1/sms/twilio", FIELDS)
    assert verify(BODY, signed, [URL], TOKEN) == FIELDS


@pytest.mark.parametrize(
    ("body", "signed", "token"),
    [
        (BODY, "", TOKEN),
        (BODY, "ümlaut", TOKEN),
        (BODY, "A" * 200, TOKEN),
        (BODY, signature(TOKEN, URL, FIELDS), "another"),
        (BODY, signature(TOKEN, URL.replace("https", "http"), FIELDS), TOKEN),
        (BODY + b"&Body=START", signature(TOKEN, URL, FIELDS), TOKEN),
        (BODY.replace(b"ARR%C3%8AT", b"START"), signature(TOKEN, URL, FIELDS), TOKEN),
        (BODY.removesuffix(b"&FromCity="), signature(TOKEN, URL, FIELDS), TOKEN),
        (b"\xff\xfe", signature(TOKEN, URL, {}), TOKEN),
        (b"a=1&" * 500, signature(TOKEN, URL, {}), TOKEN),
        (b"a=%00", signature(TOKEN, URL, {"a": "\0"}), TOKEN),
    ],
)
def test_what_twilio_did_not_sign_is_forged(body: bytes, signed: str, token: str) -> None:
    with pytest.raises(Forged):
        verify(body, signed, [URL], token)


def test_what_is_signed_and_tells_of_no_sms_is_not_believed() -> None:
    for fields in ({}, {"MessageSid": "SM1"}, {"From": "+40722000000"}):
        with pytest.raises(Forged):
            heard(fields)
    with pytest.raises(Forged):
        fared({"MessageStatus": "failed"})
    assert fared({"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "x"}).code == 0
