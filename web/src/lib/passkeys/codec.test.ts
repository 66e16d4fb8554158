import { describe, expect, it } from "vitest";
import { assertion, creationOptions, requestOptions, toBase64url, toBytes } from "./codec";

const bytes = (...values: number[]) => new Uint8Array(values).buffer;

describe("base64url", () => {
  it.each([
    ["", []],
    ["_-8", [0xff, 0xef]],
    ["AAECAw", [0, 1, 2, 3]],
  ])("reads and writes %o without padding", (text, values) => {
    expect([...toBytes(text)]).toEqual(values);
    expect(toBase64url(bytes(...values))).toBe(text);
  });
});

describe("passkeys as JSON", () => {
  it("makes bytes of the challenge, the user's id and the known passkeys", () => {
    const options = creationOptions({
      rp: { name: "Storecast" },
      user: { id: "AQI", name: "a@b.c", displayName: "Ada" },
      challenge: "_-8",
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
      excludeCredentials: [{ id: "AAE", type: "public-key" }],
    });
    expect(options.challenge).toEqual(new Uint8Array([0xff, 0xef]));
    expect(options.user).toEqual({ id: new Uint8Array([1, 2]), name: "a@b.c", displayName: "Ada" });
    expect(options.excludeCredentials).toEqual([{ id: new Uint8Array([0, 1]), type: "public-key" }]);
    expect(options.attestation).toBe("none");
  });

  it("lets any passkey sign in where none is named", () => {
    expect(requestOptions({ challenge: "AQI", rpId: "shop.test" })).toMatchObject({
      rpId: "shop.test",
      allowCredentials: [],
    });
  });

  it("writes what the authenticator signed", () => {
    const credential = {
      id: "AAE",
      rawId: bytes(0, 1),
      type: "public-key",
      authenticatorAttachment: "platform",
      getClientExtensionResults: () => ({}),
      response: { clientDataJSON: bytes(1), authenticatorData: bytes(2), signature: bytes(3), userHandle: null },
    } as unknown as PublicKeyCredential;
    expect(assertion(credential)).toEqual({
      id: "AAE",
      rawId: "AAE",
      type: "public-key",
      authenticatorAttachment: "platform",
      clientExtensionResults: {},
      response: { clientDataJSON: "AQ", authenticatorData: "Ag", signature: "Aw", userHandle: null },
    });
  });
});
