import type { AuthorizationRequest } from "../../client/types";
import { consent } from "../../texts/consent";

const OPTIONAL = ["redirect_uri", "scope", "state", "code_challenge", "code_challenge_method", "prompt"] as const;

/**
 * What an app's link asks (RFC 6749, 4.1.1; RFC 7636, 4.3; OpenID Connect Core, 3.1.2.1); null where it is not even a
 * question.
 */
export function requestOf(search: string): AuthorizationRequest | null {
  const query = new URLSearchParams(search);
  const names = ["client_id", "response_type", ...OPTIONAL];
  // A parameter given twice is read differently by different programs (RFC 6749, 3.1).
  if (names.some((name) => query.getAll(name).length > 1)) return null;
  const client_id = query.get("client_id");
  if (!client_id) return null;
  const request: AuthorizationRequest = { client_id, response_type: query.get("response_type") ?? "" };
  for (const name of OPTIONAL) {
    const value = query.get(name);
    if (value !== null) request[name] = value;
  }
  return request;
}

/** Whom a redirect address leads to, as a person would say it. */
export function placeOf(redirectUri: string): string {
  const url = new URL(redirectUri);
  if (url.protocol !== "https:" && url.protocol !== "http:") return consent.deviceApp;
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  return local ? consent.deviceProgram : url.host;
}
