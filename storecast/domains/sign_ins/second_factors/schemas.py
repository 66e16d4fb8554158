"""What second factors take and answer."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from storecast.domains.sign_ins.second_factors.errors import Method
from storecast.domains.sign_ins.second_factors.proof import Code
from storecast.kit.names import Worded, line

Ticket = Annotated[str, Meta(max_length=100, description="From the refusal that asked for a second factor.")]
Text = Annotated[str, Meta(max_length=64 * 1024, pattern=r"^[A-Za-z0-9_-]*(?!\n)$", description="base64url.")]


class SecondFactorsView(Struct):
    enabled: Annotated[bool, Meta(description="Whether signing in takes more than the password.")]
    required: Annotated[bool, Meta(description="Whether this account may do nothing else until one is set up.")]
    methods: list[Method]
    """What is set up."""
    recovery_codes_left: int
    """How many were not used."""


class TotpEnrolment(Struct):
    """Shown once; confirm it with a code within 15 minutes."""

    secret: Annotated[str, Meta(description="base32, for typing in.")]
    uri: Annotated[str, Meta(description="otpauth://totp/…")]
    qr_svg: Annotated[str, Meta(description="The uri as a QR code: an SVG element.")]


class Confirmation(Struct):
    code: Code


class RecoveryCodes(Struct):
    recovery_codes: Annotated[
        list[str], Meta(description="Shown once; each signs in once. Empty where the account has them already.")
    ]


class SecondStep(Struct):
    ticket: Ticket
    code: Code


class PasskeyView(Struct):
    id: str
    """Names the passkey."""
    name: str
    """As its owner named it."""
    backed_up: Annotated[bool, Meta(description="Whether it is synced to the owner's other devices.")]
    created_at: str
    """When it was made."""
    last_used_at: str | None
    """When it signed in last."""


class PasskeyOptions(Struct):
    """`options` goes to the browser's `PublicKeyCredential.parse…OptionsFromJSON`; good for 5 minutes, once."""

    challenge_id: str
    """To be sent back with what the browser made of it."""
    options: dict[str, object]
    """As WebAuthn writes them in JSON."""


class SignInOptionsRequest(Struct):
    """Without a ticket any passkey of this site signs in; with one, the account's are asked for."""

    ticket: Ticket | None = None


class AttestationResponse(Struct):
    clientDataJSON: Text  # noqa: N815 - names of the WebAuthn standard (Level 3, 5.1), here and below
    """As WebAuthn has it."""
    attestationObject: Text  # noqa: N815
    """As WebAuthn has it."""


class Attestation(Struct):
    """`PublicKeyCredential.toJSON()` of a new passkey."""

    id: Text
    rawId: Text  # noqa: N815
    type: Literal["public-key"]
    """Always `public-key`."""
    response: AttestationResponse
    """What the authenticator made."""


class AssertionResponse(Struct):
    clientDataJSON: Text  # noqa: N815
    authenticatorData: Text  # noqa: N815
    signature: Text
    userHandle: Text | None = None  # noqa: N815


class Assertion(Struct):
    """`PublicKeyCredential.toJSON()` of a passkey that signs in."""

    id: Text
    rawId: Text  # noqa: N815
    type: Literal["public-key"]
    """Always `public-key`."""
    response: AssertionResponse
    """What the authenticator made."""


PasskeyName = Annotated[str, line(60)]


class PasskeyRegistration(Worded):
    challenge_id: Annotated[str, Meta(max_length=32)]
    """Of the options."""
    credential: Attestation
    """What the browser made of the options."""
    name: PasskeyName = "Passkey"
    """To tell it from others."""


class PasskeyRenaming(Worded):
    name: PasskeyName
    """To tell it from others."""


class PasskeyAdded(Struct):
    passkey: PasskeyView
    """What was kept."""
    recovery_codes: Annotated[list[str], Meta(description="Shown once, with the account's first factor; else empty.")]


class PasskeySignIn(Struct):
    challenge_id: Annotated[str, Meta(max_length=32)]
    """Of the options."""
    credential: Assertion
    """What the browser made of the options."""
    ticket: Ticket | None = None
