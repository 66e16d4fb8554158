"""Whatever a browser claims to have got from an authenticator is accepted or refused, never an accident."""

from collections.abc import Callable

import cbor2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecast.domains.accounts.models import User
from storecast.domains.sign_ins.second_factors.models import Passkey
from storecast.domains.sign_ins.second_factors.schemas import Assertion, Attestation
from storecast.domains.sign_ins.second_factors.webauthn import NotAccepted, RelyingParty
from tests.factories.passkeys import Authenticator, Json, decode, encode

SITE = RelyingParty.at("http://localhost:8000")
CHALLENGE = b"c" * 32
ANA = User(id=1, hash_id="a" * 32, email="ana@example.com", first_name="", last_name="")
AUTHENTICATOR = Authenticator()
ATTESTATION = AUTHENTICATOR.create(SITE.creation_options(ANA, CHALLENGE, []))
VERIFIED = SITE.verify_attestation(msgspec.convert(ATTESTATION, Attestation), CHALLENGE)
PASSKEY = Passkey(public_key=VERIFIED.credential_public_key, credential_id=VERIFIED.credential_id)
ASSERTION = AUTHENTICATOR.get(SITE.request_options(CHALLENGE, []))

CBOR = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.binary(max_size=40) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.integers(-5, 5), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("url", "name", "origin"),
    [
        ("https://shop.example", "shop.example", "https://shop.example"),
        ("https://Shop.Example:443/live", "shop.example", "https://shop.example"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("https://shop.example:8443/", "shop.example", "https://shop.example:8443"),
    ],
)
def test_passkeys_hold_where_the_pages_are(url: str, name: str, origin: str) -> None:
    assert RelyingParty.at(url) == RelyingParty(name, origin)


def test_what_an_authenticator_answers_is_accepted() -> None:
    assert VERIFIED.credential_id == AUTHENTICATOR.credential_id
    assert SITE.verify_assertion(msgspec.convert(ASSERTION, Assertion), CHALLENGE, PASSKEY, ANA) == 1


def changed(answer: Json, field: str, content: bytes) -> Json:
    return {**answer, "response": {**answer["response"], field: encode(content)}}


def refuses_attestation(answer: Json) -> None:
    with pytest.raises(NotAccepted):
        SITE.verify_attestation(msgspec.convert(answer, Attestation), CHALLENGE)


def refuses_assertion(answer: Json) -> None:
    with pytest.raises(NotAccepted):
        SITE.verify_assertion(msgspec.convert(answer, Assertion), CHALLENGE, PASSKEY, ANA)


CASES: list[tuple[Callable[[Json], None], Json, str]] = [
    (refuses_attestation, ATTESTATION, "clientDataJSON"),
    (refuses_attestation, ATTESTATION, "attestationObject"),
    (refuses_assertion, ASSERTION, "clientDataJSON"),
    (refuses_assertion, ASSERTION, "authenticatorData"),
    (refuses_assertion, ASSERTION, "signature"),
    (refuses_assertion, ASSERTION, "userHandle"),
]


@pytest.mark.parametrize(("refuses", "answer", "field"), CASES)
@given(content=st.binary(min_size=1, max_size=300))
def test_any_other_bytes_are_refused(refuses: Callable[[Json], None], answer: Json, field: str, content: bytes) -> None:
    refuses(changed(answer, field, content))


@pytest.mark.parametrize(("refuses", "answer", "field"), [case for case in CASES if case[0] is refuses_assertion])
@given(data=st.data())
def test_a_changed_bit_is_refused(
    refuses: Callable[[Json], None], answer: Json, field: str, data: st.DataObject
) -> None:
    content = bytearray(decode(answer["response"][field]))
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    refuses(changed(answer, field, bytes(content)))


@given(content=CBOR)
def test_any_other_cbor_is_refused(content: object) -> None:
    refuses_attestation(changed(ATTESTATION, "attestationObject", cbor2.dumps(content)))


@pytest.mark.parametrize(
    "kind", ["packed", "tpm", "apple", "fido-u2f", "android-key", "android-safetynet", "other", ""]
)
@given(
    statement=st.dictionaries(st.sampled_from(["alg", "sig", "x5c", "ver", "certInfo", "pubArea", "response"]), CBOR)
)
def test_any_other_attestation_is_refused(kind: str, statement: dict[str, object]) -> None:
    """We ask for none; an authenticator may send one all the same."""
    found = cbor2.loads(decode(ATTESTATION["response"]["attestationObject"]))
    content = {**found, "fmt": kind, "attStmt": statement}
    refuses_attestation(changed(ATTESTATION, "attestationObject", cbor2.dumps(content)))


@given(key=st.dictionaries(st.integers(-4, 4), CBOR, max_size=6), kind=st.sampled_from(["none", "packed", "fido-u2f"]))
def test_any_other_key_is_refused(key: dict[int, object], kind: str) -> None:
    authenticator = Authenticator()
    authenticator._public_key = lambda: cbor2.dumps(key)  # type: ignore[method-assign]
    answer = authenticator.create(SITE.creation_options(ANA, CHALLENGE, []))
    found = cbor2.loads(decode(answer["response"]["attestationObject"]))
    refuses_attestation(changed(answer, "attestationObject", cbor2.dumps({**found, "fmt": kind, "attStmt": {}})))
