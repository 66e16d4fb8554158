/** How a request reaches the API: with whose token, for how long, and again when the token was too old. */
import { locale } from "../texts/language";
import { refusals } from "../texts/refusals";
import { serverClock } from "./clock";
import { ApiError, tokenRefused } from "./error";

/** Supplies the caller's access token; `renew` is asked once when the server no longer takes the one it is given. */
export interface Credentials {
  token(): Promise<string | null>;
  renew(refused: string): Promise<string | null>;
}

const TIMEOUT_MS = 20_000;

let credentials: Credentials = { token: async () => null, renew: async () => null };

export function useCredentials(source: Credentials): void {
  credentials = source;
}

/** As nobody. */
export async function anonymously(request: Request): Promise<Response> {
  // What the reader chose on the page, which the browser does not know: mails and new accounts follow it.
  request.headers.set("Accept-Language", locale);
  const asked = Date.now();
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    serverClock.heard(response.headers.get("Date"), asked, Date.now());
    return response;
  } catch {
    throw unreachable();
  }
}

export function unreachable(): ApiError {
  return new ApiError(0, "No connection", refusals.offline);
}

/** As whoever is signed in. */
export async function signedIn(request: Request): Promise<Response> {
  return signedInBy(anonymously, request);
}

/** As whoever is signed in, sent by `send`. */
export async function signedInBy(send: (request: Request) => Promise<Response>, request: Request): Promise<Response> {
  const token = await credentials.token();
  if (token === null) return send(request);
  const again = request.clone();
  const response = await send(bearing(request, token));
  if (!tokenRefused(response)) return response;
  const renewed = await credentials.renew(token);
  return renewed === null ? response : send(bearing(again, renewed));
}

/** As the holder of this token; without one, as whoever is signed in. */
export function holding(token: string | null): (request: Request) => Promise<Response> {
  return token === null ? signedIn : (request) => anonymously(bearing(request, token));
}

function bearing(request: Request, token: string): Request {
  request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}
