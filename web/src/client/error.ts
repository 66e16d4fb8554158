import { refusals } from "../texts/refusals";

/** How a sign-in goes on whose password was right: with a code or a passkey and this ticket. */
export interface SecondFactorHint {
  methods: ("totp" | "passkey" | "recovery_code")[];
  ticket: string;
  /** Seconds. */
  expires_in: number;
}

/** Why a mailed link does not do: none of ours or cut off, too old, or used before. */
export type LinkFault = "unknown" | "over" | "used";

/** Something did not come about; `message` tells the person who asked for it why, in their language. */
export class Refused extends Error {}

/** What the API answered when it refused, or that it could not be reached (`status` 0). */
export class ApiError extends Refused {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    /** For programs: the API's name for it. */
    readonly title: string,
    message: string,
    /** Messages by the field they are about. */
    readonly fields: Readonly<Record<string, string>> = {},
    /** Seconds to wait before asking again, where the server says so. */
    readonly retryAfter: number | null = null,
    /** Set where the password was right and the account asks for more. */
    readonly secondFactor: SecondFactorHint | null = null,
    /** Set where a mailed link was refused. */
    readonly link: LinkFault | null = null,
  ) {
    super(message);
  }

  get offline(): boolean {
    return this.status === 0;
  }

  /** Whether it may be otherwise in a moment. */
  get passing(): boolean {
    return this.offline || this.status === 429 || this.status >= 500;
  }
}

/** Nobody is signed in, or not any more: the token was missing, is over, or was ended elsewhere. */
export class SignedOut extends ApiError {
  constructor() {
    super(401, "Signed out", refusals.signedOut);
  }
}

/** Whether the server wants a token, or a better one (RFC 6750, 3), and not another password or code. */
export function tokenRefused(response: Response): boolean {
  return response.status === 401 && (response.headers.get("WWW-Authenticate") ?? "").startsWith("Bearer");
}

interface Envelope {
  error?:
    | string
    | {
        title?: string;
        message?: string;
        messages?: { field?: string; message?: string }[];
        second_factor?: SecondFactorHint;
        link?: LinkFault;
      };
  /** Beside an `error` that is a string, as OAuth2 has it. */
  error_description?: string;
}

/** Reads the error envelope, or OAuth2's; a proxy's HTML page or an empty body still gives a usable error. */
export function errorFrom(response: Response, body: unknown): ApiError {
  if (tokenRefused(response)) return new SignedOut();
  const { status } = response;
  const { error } = (body as Envelope | null | undefined) ?? {};
  if (typeof error === "string") return new ApiError(status, error, wordsFor(status, null));
  const { title, message, messages, second_factor, link } = error ?? {};
  const fields: Record<string, string> = {};
  for (const entry of Array.isArray(messages) ? messages : []) {
    if (entry.field && entry.message) fields[entry.field] ??= wordsForField(entry.field, entry.message);
  }
  const header = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const wait = Number.isFinite(header) ? header : null;
  const said = inWords(refusals.messages, message ?? "") ?? wordsFor(status, wait);
  return new ApiError(status, title ?? "Request failed", said, fields, wait, second_factor ?? null, link ?? null);
}

export function wordsForField(field: string, said: string): string {
  const format = said === "is not in the right format" && Object.entries(refusals.formats).find(([of]) => of === field);
  return format ? format[1] : (inWords(refusals.fields, said) ?? refusals.entry);
}

function wordsFor(status: number, wait: number | null): string {
  switch (status) {
    case 401:
      return refusals.signedOut;
    case 402:
      return refusals.plan;
    case 403:
      return refusals.forbidden;
    case 404:
      return refusals.missing;
    case 409:
      return refusals.conflict;
    case 413:
      return refusals.tooLarge;
    case 422:
      return refusals.invalid;
    case 429:
      return refusals.tooMany(duration(wait ?? 60));
    case 503:
      return refusals.down;
    default:
      return refusals.broken;
  }
}

function duration(seconds: number): string {
  if (seconds < 60) return refusals.seconds(Math.max(Math.ceil(seconds), 1));
  return seconds < 5400 ? refusals.minutes(Math.ceil(seconds / 60)) : refusals.hours(Math.ceil(seconds / 3600));
}

/** What the catalogue has for what the API `said`: as it stands, or where `{}` stands for a part of it. */
export function inWords(catalogue: Readonly<Record<string, string>>, said: string): string | null {
  if (Object.hasOwn(catalogue, said)) return catalogue[said] ?? null;
  for (const [pattern, words] of Object.entries(catalogue)) {
    const parts = pattern.includes("{}") && matcher(pattern).exec(said);
    if (parts) return parts.slice(1).reduce((text, part) => text.replace("{}", () => part), words);
  }
  return null;
}

function matcher(pattern: string): RegExp {
  const literal = pattern.split("{}").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join("(.+)")}$`, "s");
}
