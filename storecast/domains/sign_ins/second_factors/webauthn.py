"""The site as a relying party of WebAuthn (Level 3): what authenticators are asked, and whether they answered."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from storecast.domains.accounts.models import User
from storecast.domains.sign_ins.second_factors.models import Passkey
from storecast.domains.sign_ins.second_factors.schemas import Assertion, Attestation

NAME = "Storecast"
TIMEOUT = 5 * 60 * 1000  # milliseconds a browser waits for the person


class NotAccepted(Exception):
    """The answer is malformed, to another challenge or site, or not signed with the passkey."""


@dataclass(frozen=True)
class RelyingParty:
    """Where passkeys hold: `id` is a host name, `origin` the address of the pages."""

    id: str
    origin: str

    @classmethod
    def at(cls, url: str) -> "RelyingParty":
        parts = urlsplit(url)
        name = parts.hostname or "localhost"
        port = "" if parts.port in (None, {"http": 80, "https": 443}.get(parts.scheme)) else f":{parts.port}"
        return cls(name, f"{parts.scheme}://{name}{port}")

    def creation_options(self, user: User, challenge: bytes, existing: list[Passkey]) -> dict[str, object]:
        """For `navigator.credentials.create`: a passkey that can be found without a name and checks its person."""
        options = generate_registration_options(
            rp_id=self.id,
            rp_name=NAME,
            user_id=user.hash_id.encode(),
            user_name=user.email,
            user_display_name=user.nickname,
            challenge=challenge,
            timeout=TIMEOUT,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(each.credential_id) for each in existing],
        )
        return options_to_json_dict(options)

    def request_options(self, challenge: bytes, allowed: list[Passkey]) -> dict[str, object]:
        """For `navigator.credentials.get`: one of `allowed`, or any of this site's."""
        options = generate_authentication_options(
            rp_id=self.id,
            challenge=challenge,
            timeout=TIMEOUT,
            allow_credentials=[PublicKeyCredentialDescriptor(each.credential_id) for each in allowed],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def verify_attestation(self, credential: Attestation, challenge: bytes) -> VerifiedRegistration:
        """The new passkey. Raises `NotAccepted`."""
        try:
            return verify_registration_response(
                credential=msgspec.to_builtins(credential),
                expected_challenge=challenge,
                expected_rp_id=self.id,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        except Exception as error:  # the parsers raise whatever hostile bytes make them stumble over
            raise NotAccepted(str(error)) from error

    def verify_assertion(self, credential: Assertion, challenge: bytes, passkey: Passkey, user: User) -> int:
        """The authenticator's new sign count, to be compared with the last by the caller. Raises `NotAccepted`."""
        try:
            handle = base64url_to_bytes(credential.response.userHandle or "")
            verified = verify_authentication_response(
                credential=msgspec.to_builtins(credential),
                expected_challenge=challenge,
                expected_rp_id=self.id,
                expected_origin=self.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=0,  # a counter that went back must be told from a bad signature
                require_user_verification=True,
            )
        except Exception as error:  # the parsers raise whatever hostile bytes make them stumble over
            raise NotAccepted(str(error)) from error
        if handle and handle != user.hash_id.encode():
            raise NotAccepted("the user handle is somebody else's")
        return verified.new_sign_count


def credential_id(credential: Assertion) -> bytes:
    """Raises `NotAccepted`."""
    try:
        return base64url_to_bytes(credential.rawId)
    except ValueError as error:
        raise NotAccepted(str(error)) from error
