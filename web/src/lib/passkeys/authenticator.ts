import { Refused } from "../../client/error";
import { signIn } from "../../texts/sign_in";
import { assertion, attestation, creationOptions, requestOptions } from "./codec";
import type { AssertionJson, AttestationJson, CredentialJson } from "./codec";

/** Passkeys exist in secure contexts only. */
export function passkeysWork(): boolean {
  return typeof PublicKeyCredential === "function" && "credentials" in navigator;
}

/** Has the device make a passkey; null where the person thinks better of it. Throws `Refused`. */
export async function createPasskey(
  options: PublicKeyCredentialCreationOptionsJSON,
): Promise<CredentialJson<AttestationJson> | null> {
  const made = await asked(() => navigator.credentials.create({ publicKey: creationOptions(options) }));
  return made && attestation(made);
}

/** Has the device sign with a passkey; null where the person thinks better of it. Throws `Refused`. */
export async function usePasskey(
  options: PublicKeyCredentialRequestOptionsJSON,
): Promise<CredentialJson<AssertionJson> | null> {
  const used = await asked(() => navigator.credentials.get({ publicKey: requestOptions(options) }));
  return used && assertion(used);
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential | null> {
  try {
    return (await ask()) as PublicKeyCredential | null;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    switch (error.name) {
      case "NotAllowedError": // closed, timed out, or no fitting passkey: browsers tell these apart to nobody
      case "AbortError":
        return null;
      case "InvalidStateError":
        throw new Refused(signIn.hasPasskey);
      case "SecurityError":
        throw new Refused(signIn.passkeysNeedName);
      default:
        throw new Refused(signIn.passkeyFailed);
    }
  }
}
