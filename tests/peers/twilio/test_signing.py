"""The peer signs as Twilio does: held against Twilio's own library and the example of its documentation."""

from twilio.request_validator import RequestValidator

from tests.peers.twilio.peer import TwilioPeer
from tests.peers.twilio.signing import signature


def test_the_documented_example() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    assert signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_the_library_takes_what_the_peer_signs() -> None:
    peer = TwilioPeer()
    told = peer.answer("https://shop.test/api/v1/sms/twilio", "+40722000000", "ARRÊT & more=1")
    assert RequestValidator(peer.auth_token).validate(told.url, told.fields, told.signed)
