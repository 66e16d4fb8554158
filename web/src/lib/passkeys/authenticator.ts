import { assertion, attestation, creationOptions, requestOptions } from "./codec";
import type { AssertionJson, AttestationJson, CredentialJson } from "./codec";

/** Passkeys exist in secure contexts only. */
export function passkeysWork(): boolean {
  return typeof PublicKeyCredential === "function" && "credentials" in navigator;
}

/** Has the device make a passkey; null where the person thinks better of it. */
export async function createPasskey(
  options: PublicKeyCredentialCreationOptionsJSON,
): Promise<CredentialJson<AttestationJson> | null> {
  const made = await asked(() => navigator.credentials.create({ publicKey: creationOptions(options) }));
  return made && attestation(made);
}

/** Has the device sign with a passkey; null where the person thinks better of it. */
export async function usePasskey(
  options: PublicKeyCredentialRequestOptionsJSON,
): Promise<CredentialJson<AssertionJson> | null> {
  const used = await asked(() => navigator.credentials.get({ publicKey: requestOptions(options) }));
  return used && assertion(used);
}

/** The device holds a passkey of this account already. */
export class PasskeyKnown extends Error {}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential | null> {
  try {
    return (await ask()) as PublicKeyCredential | null;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (error.name === "InvalidStateError") throw new PasskeyKnown();
    // Closed, timed out, or no fitting passkey: browsers tell these apart to nobody.
    if (error.name === "NotAllowedError" || error.name === "AbortError") return null;
    throw error;
  }
}
